#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-forward test: a destination is tried, step by step, with a real media server.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
	film film.flv
}

teardown() {
	teardown_folder
}

forward() {
	"$BIN/lsctl-forward" "$@"
}

# A server that takes what comes to live/, and refuses what comes to closed/. $rtmp is its port.
rtmp_server() {
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip 'nginx has no RTMP module'
	rtmp=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	mkdir tmp
	cat >nginx.conf <<-END
		$([ "$(id -u)" -ne 0 ] || echo "user $(id -un) $(id -gn);")
		load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
		daemon off; master_process off; worker_processes 1; pid $PWD/tmp/pid; error_log stderr crit;
		events { worker_connections 64; }
		rtmp { server { listen 127.0.0.1:$rtmp;
		  application live { live on; record all; record_path $PWD/tmp; }
		  application closed { live on; deny publish all; } } }
	END
	start nginx nginx -e stderr -c "$PWD/nginx.conf"
	await eval '(: <"/dev/tcp/127.0.0.1/$rtmp") 2>/dev/null'
}

@test "test: each step of a destination, and nothing is published unasked" {
	rtmp_server
	spec t.json <<-END
	{"channel": "waheguru", "sources": [{"name": "film", "path": "film.flv"}], "destinations": [
	 {"name": "good", "url": "rtmp://127.0.0.1:$rtmp/live", "key": "canary-T1"},
	 {"name": "closed", "url": "rtmp://127.0.0.1:$rtmp/closed", "key": "canary-T2"},
	 {"name": "nobody", "url": "rtmp://127.0.0.1:1/live", "key": "canary-T3"},
	 {"name": "noname", "url": "rtmp://no.invalid/live", "key": "canary-T4"}]}
	END
	run -0 forward test t.json good
	[[ $output == *'dns      ok'*'connect  ok'*"127.0.0.1 port $rtmp; the server speaks RTMP; nothing was published"* ]]
	run -0 forward test --hidden --json t.json good
	jq -e '[.steps[].step] == ["dns", "connect"]' <<<"$output"
	prints_nothing find tmp -name '*.flv'
	run -0 forward test --publish --json t.json good
	jq -e '[.steps[] | [.step, .ok]] == [["dns", true], ["connect", true], ["publish", true], ["media", true]] and
	    (.steps[3].ms >= 4000)' <<<"$output"
	[ "$(find tmp -name 'canary-T1.flv' -size +40k | wc -l)" = 1 ]
	run -1 forward test --publish --json t.json closed
	jq -e '.steps[-1] | .step == "publish" and (.ok | not) and (.detail | contains("is the key right"))' <<<"$output"
	run -1 forward test t.json nobody
	[[ $output == *'connect  failed'*'Connection refused'* ]]
	run -1 forward test t.json noname
	[[ $output == 'dns      failed'* ]]
	# nobody asked to publish: that there is no film is no fault
	spec live.json <<-END
	{"channel": "waheguru", "sources": [{"name": "encoder", "url": "rtmp://127.0.0.1:1/live/krishna"}], "destinations": [
	 {"name": "twitch", "url": "rtmp://no-such-name.invalid.twitch.tv/app", "key": "canary-T5"}]}
	END
	run -1 forward test --hidden live.json twitch
	[[ $output == 'dns      failed'* ]]
	run -65 forward test --publish live.json twitch
	run -1 forward test --outside --publish t.json good
	[[ $output == *'connect  failed'*'the address is inside'* ]]
	forward test - good <t.json >out
	grep -q '^connect  ok' out
	run -65 forward test t.json none
	run -78 forward test - good </dev/null
	run -64 forward test t.json
	refute grep -rF canary out nginx.err
}
