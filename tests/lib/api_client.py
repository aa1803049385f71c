# SPDX-License-Identifier: ISC
"""A client of the API for tests, over TLS as nginx serves it: each request from an address of its own, because nginx
limits requests by address."""
import base64
import hashlib
import hmac
import http.client
import itertools
import json
import os
import ssl
import struct
import subprocess
import time

SERVER = '192.0.2.1'
PORT = 8443
HOST = 'live.example.org'
_address = itertools.cycle(f'192.0.2.{n}' for n in range(20, 220))


def tls():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Connection(http.client.HTTPSConnection):
    """With the name of the host in TLS, and an address of the caller's."""

    def __init__(self, address=None):
        super().__init__(SERVER, PORT, timeout=40, context=tls(), source_address=(address or next(_address), 0))

    def connect(self):
        http.client.HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=HOST)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()
        kind = response.headers.get('Content-Type', '')
        self.json = json.loads(self.text) if 'json' in kind and self.text else None

    @property
    def code(self):
        return self.json.get('code') if isinstance(self.json, dict) else None


def call(method, path, body=None, headers=None, address=None):
    headers = {'Host': HOST, **(headers or {})}
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        headers.setdefault('Content-Type', 'application/json')
    if body is None and method not in ('GET', 'HEAD'):
        headers.setdefault('Content-Length', '0')
    c = Connection(address)
    try:
        c.request(method, '/api/v1' + path, body, headers)
        return Answer(c.getresponse())
    finally:
        c.close()


def tool(*words, **more):
    """What a tool prints, as JSON if it is."""
    out = subprocess.run(words, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, **more).stdout
    return json.loads(out) if out.startswith('{') else out


def totp(secret, at=None):
    """RFC 6238, of SHA-1, 30 s and six digits."""
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack('>Q', int(at if at is not None else time.time()) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f'{(struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}'


class Person:
    """An account, made by lsctl-user, with a session and a token."""

    def __init__(self, name, role, channels=None):
        self.name, self.role, self.channels = name, role, channels
        self.password = 'correct horse ' + name
        limits = [w for c in channels or [] for w in ('--channel', c)]
        link = tool('lsctl-user', 'add', name, '--role', role, '--json', *limits)['link']
        self.signed_in(call('POST', '/link/use', {'link': link.partition('#link=')[2], 'password': self.password}))
        self.token = tool('lsctl-user', 'token', 'add', name, 'walk', '--role', role, '--json')['token']

    def signed_in(self, answer):
        assert answer.status == 201, (answer.status, answer.text)
        cookies = dict(c.split(';')[0].split('=', 1) for c in answer.headers.get_all('Set-Cookie'))
        self.session, self.device = cookies['__Host-lsctl'], cookies['__Host-lsctl-device']
        self.csrf = answer.json['csrf']

    def sign_in(self, **more):
        answer = call('POST', '/session', {'name': self.name, 'password': self.password, **more},
                      {'Cookie': f'__Host-lsctl-device={self.device}'})
        self.signed_in(answer)

    def headers(self, way):
        if way == 'bearer':
            return {'Authorization': 'Bearer ' + self.token}
        return {'Cookie': '__Host-lsctl=' + self.session, 'X-CSRF-Token': self.csrf}

    def call(self, method, path, body=None, headers=None, way='cookie'):
        return call(method, path, body, {**self.headers(way), **(headers or {})})


def description():
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
    with open(os.path.join(top, 'cmd/lsctl-web/openapi.json'), encoding='utf-8') as f:
        return json.load(f)
