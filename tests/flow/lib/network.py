# SPDX-License-Identifier: ISC
"""A proxy and a name server, in threads of the scenario."""
import socket
import struct
import threading


def _pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
    except OSError:
        pass
    _shut(a)
    _shut(b)


def _shut(s):
    try:
        s.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Proxy:
    """SOCKS5 (RFC 1928) and CONNECT of HTTP on one port; names are its own: name -> IP address."""

    def __init__(self, names):
        self.names, self.asked, self.connections = names, [], []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            kind, host, port, answer = self._socks(client) if client.recv(1, socket.MSG_PEEK) == b"\5" else self._http(client)
            self.asked.append((kind, host))
            server = socket.create_connection((self.names[host], port))
            client.sendall(answer)
        except (OSError, KeyError, IndexError):
            client.close()
            return
        self.connections += [client, server]
        threading.Thread(target=_pump, args=(server, client), daemon=True).start()
        _pump(client, server)

    @staticmethod
    def _socks(client):
        client.recv(client.recv(2)[1])
        client.sendall(b"\5\0")
        size = client.recv(5)[4]
        host, port = struct.unpack("!%dsH" % size, client.recv(size + 2))
        return "socks5", host.decode(), port, b"\5\0\0\1\0\0\0\0\0\0"

    @staticmethod
    def _http(client):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        host, port = head.split()[1].decode().rsplit(":", 1)
        return "http", host, int(port), b"HTTP/1.1 200 Connection established\r\n\r\n"

    def stop(self):
        _shut(self.listening)
        self.listening.close()
        for c in self.connections:
            _shut(c)


class NameServer:
    """Answers each A question with its address, and no other one; address None: it says nothing."""

    def __init__(self, at, address):
        self.address, self.questions = address, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((at, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            query, peer = self.socket.recvfrom(512)
            self.questions += 1
            if self.address is None:
                continue
            end = query.index(b"\0", 12) + 5
            is_a = query[end - 4:end - 2] == b"\0\1"
            record = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(self.address) if is_a else b""
            self.socket.sendto(query[:2] + b"\x81\x80\0\1\0" + bytes([is_a]) + b"\0\0\0\0" + query[12:end] + record, peer)
