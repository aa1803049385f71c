#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Metrics: what lsctl-health prints and writes, by Prometheus's own checker; the rules and the dashboard over it.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

MONITORING=$ROOT/scripts/monitoring

setup() {
	setup_database
	mkdir -p run/forward run/loop state
	PATH=$BIN:$PATH
	ln -s "$ROOT/tests/data/clip-ntsc.flv" film.flv
	one "insert into host (name) values ('testhost') on conflict do nothing;
	    with c as (insert into channel (name, host) values ('krishna', 'testhost') returning id),
	    s as (insert into source (channel_id, name, position, kind) select id, 'file', 1, 'file' from c returning id)
	    insert into media select id, 1, 'film.flv' from s"
}

# forwarder: plays a file and dials nobody who is there.
forwarder() {
	spec run/forward/krishna.json <<END
{"channel":"krishna","sources":[{"name":"file","path":"$PWD/film.flv"}],
 "destinations":[{"name":"youtube","url":"rtmp://127.0.0.1:1/live","key":"k"}]}
END
	start forward lsctl-forward run/forward/krishna.json
	forward=$pid
	await on_air FILE_ACTIVE
}

on_air() {
	[ "$(lsctl-forward ctl run/forward/krishna.sock status | jq -r .state)" = "$1" ]
}

# metrics: also where there are problems.
metrics() {
	lsctl-health --prometheus "$@" || [ $? -eq 1 ]
}

# value METRIC FILE: of its sample, without labels.
value() {
	sed -n "s/^$1{.*} //p" "$2"
}

# The names that lsctl-health knows, one a line.
names() {
	metrics | sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' | sort
}

@test "promtool accepts what --prometheus prints" {
	command -v promtool >/dev/null || skip "promtool is not installed"
	forwarder
	: >state/acl
	mkdir -p state/backup && touch state/backup/last
	PGHOST=$PWD/nowhere run -75 lsctl-switch </dev/null
	mkdir -m 770 state/spool
	REQUEST_METHOD=POST CONTENT_LENGTH=1 lsctl-hook <<<x >hooked || [ $? -ne 64 ]
	metrics >out
	cat out
	for name in reconcile_duration_seconds_count hook_duration_seconds_count backup_last_success_timestamp_seconds \
	    channel_start_time_seconds destination_acknowledged_bytes_total build_info; do
		[ "$(grep -c "^lsctl_$name{" out)" -ge 1 ]
	done
	run -0 promtool check metrics <out
	[ -z "$output" ]
	# a fault is seen
	sed 's/^# TYPE lsctl_channel_cuts_total counter/# TYPE lsctl_channel_cuts_total gauge/' out >planted
	run -3 promtool check metrics <planted
}

@test "a total goes on when the forwarder is started again" {
	forwarder
	metrics >before
	cuts=$(value lsctl_channel_cuts_total before)
	[ "$cuts" -ge 1 ]
	kill -9 "$forward"
	await gone "$forward"
	metrics >down
	refute has '^lsctl_channel_cuts_total{' down
	forwarder
	metrics >after
	[ "$(lsctl-forward ctl run/forward/krishna.sock status | jq .cuts)" -eq "$cuts" ]
	[ "$(value lsctl_channel_cuts_total after)" -eq $((2 * cuts)) ]
	started=$(value lsctl_channel_start_time_seconds before)
	prints_other_than "$started" value lsctl_channel_start_time_seconds after
}

@test "--output replaces a file as a whole, and says where it cannot" {
	echo old >file
	(umask 077 && metrics --output file)
	[ "$(stat -c %a file)" = 644 ]
	has '^lsctl_build_info{' file
	prints_nothing find . -name '*.new'
	run -73 --separate-stderr lsctl-health --prometheus -o nowhere/file
	[ -z "$output" ]
	[[ $stderr == *'nowhere/file: No such file or directory'* ]]
	lsctl-health -o records || [ $? -eq 1 ]
	jq -es '.[0].host == "testhost" and .[0].version != null and .[1].channel == "krishna"' records
	lsctl-health --table -o table || [ $? -eq 1 ]
	has '^CHANNEL' table
}

@test "each pass writes the metrics for the pages, and not more often than every 10 s" {
	metrics >/dev/null
	[ ! -e state/www ]
	mkdir state/www
	lsctl-health --json >/dev/null || [ $? -eq 1 ]
	has '^lsctl_channel_enabled{host="testhost",channel="krishna"} 1' state/www/metrics
	[ "$(stat -c %a state/www/metrics)" = 644 ]
	echo young >state/www/metrics
	lsctl-health -q krishna || [ $? -eq 1 ]
	[ "$(cat state/www/metrics)" = young ]
	touch -d '-11 seconds' state/www/metrics
	lsctl-health -q krishna || [ $? -eq 1 ]
	has '^lsctl_build_info{host="testhost",' state/www/metrics
	# the database is down: what is known is written, and that
	touch -d '-11 seconds' state/www/metrics
	PGHOST=$PWD/nowhere run -75 lsctl-health -q
	has '^lsctl_database_up{host="testhost"} 0' state/www/metrics
}

@test "a hostile file in the spool is no metric, and does not stop a pass" {
	mkdir -m 770 state/spool
	mkfifo state/spool/times
	metrics >out
	refute has '^lsctl_hook_duration_seconds_count' out
	rm state/spool/times
	ln -s /etc/passwd state/spool/times
	metrics >out
	refute has '^lsctl_hook_duration_seconds_count' out
	rm state/spool/times
	head -c 152 /dev/zero | tr '\0' '\377' >state/spool/times
	metrics >out
	refute has '^lsctl_hook_duration_seconds_count' out
}

@test "the hook counts how long its answers take, also those that refuse" {
	mkdir -m 770 state/spool
	for i in 1 2 3; do
		REQUEST_METHOD=POST CONTENT_LENGTH=1 lsctl-hook <<<"$i" >hooked 2>err
	done
	metrics >out
	[ "$(value lsctl_hook_duration_seconds_count out)" -eq 3 ]
	grep -F 'lsctl_hook_duration_seconds_bucket{host="testhost",le="+Inf"} 3' out
	[ "$(stat -c %a state/spool/times)" = 660 ]
}

@test "promtool accepts the rules, and each one fires when it should" {
	command -v promtool >/dev/null || skip "promtool is not installed"
	run -0 promtool check rules "$MONITORING/prometheus-rules.yml"
	run -0 promtool test rules "$ROOT/tests/data/prometheus-rules.test.yml"
	sed -n 's/^ *- alert: //p' "$MONITORING/prometheus-rules.yml" | sort >rules
	[ "$(wc -l <rules)" -ge 12 ]
	awk '/alertname:/ { name = $2 } /exp_alerts:/ { print name }' "$ROOT/tests/data/prometheus-rules.test.yml" |
	    sort -u | diff rules -
	# a fault is seen
	mkdir -p planted/scripts/monitoring planted/tests/data
	sed 's/> 36 \* 3600/> 48 * 3600/' "$MONITORING/prometheus-rules.yml" >planted/scripts/monitoring/prometheus-rules.yml
	cp "$ROOT/tests/data/prometheus-rules.test.yml" planted/tests/data
	run -1 promtool test rules planted/tests/data/prometheus-rules.test.yml
}

@test "promtool accepts the example of a configuration" {
	command -v promtool >/dev/null || skip "promtool is not installed"
	cp "$MONITORING"/*.yml .
	sed -i "s,/etc/prometheus/lsctl.token,$PWD/token," prometheus-scrape.yml
	echo token >token
	run -0 promtool check config prometheus-scrape.yml
}

@test "the dashboard and the rules query metrics that exist, and the dashboard shows what it should" {
	names >known
	[ "$(wc -l <known)" -ge 35 ]
	jq -r '.. | .expr? // .query?.query? // empty | strings' "$MONITORING/grafana-dashboard.json" >queries
	[ "$(wc -l <queries)" -ge 20 ]
	cat queries "$MONITORING/prometheus-rules.yml" | grep -oE 'lsctl_[a-z_]+' | sed -E 's/_(bucket|sum|count)$//' | sort -u >queried
	[ "$(wc -l <queried)" -ge 20 ]
	comm -23 queried known >unknown
	cat unknown
	[ ! -s unknown ]
	for name in channel_state_info source_on_air source_receive_bytes_per_second destination_send_bytes_per_second \
	    channel_max_gap_seconds destination_reconnects_total problem; do
		grep -q "lsctl_$name" queries
	done
	# the same id twice, or panels over each other, is a dashboard that Grafana draws wrongly
	jq -e '[.panels[].id] | length == (unique | length)' "$MONITORING/grafana-dashboard.json"
	jq -e '[.panels[].gridPos | range(.x; .x + .w) as $x | range(.y; .y + .h) as $y | [$x, $y]] |
	    length == (unique | length) and all(.[]; .[0] < 24)' "$MONITORING/grafana-dashboard.json"
}
