#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A publisher stays while the token of its connection is valid, whichever clients try to publish: lsctl-switch decides by the
# client that publishes, as SRS reports it.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database
load publishers

# Client id-krishna-obs publishes krishna_obs, with the token in $token.
setup() {
	setup_database
	declared_channel srs
	media_server krishna_obs
	pass
	token=$(token krishna obs)
	publish krishna_obs "$token" id-krishna-obs
	pass
	refute test -e srs/kicked
}

pass() {
	{ "$BIN/lsctl-health" --json 2>/dev/null || [ $? -eq 1 ]; } | "$BIN/lsctl-switch" -q || [ $? -eq 69 ]
}

# The publisher was disconnected, and its event has the reason.
kicked() {
	[ "$(cat srs/kicked)" = id-krishna-obs ]
	[ "$(one "select reason from event where kind = 'kicked'")" = 'its token is not valid any more' ]
}

# another_client ID: it tries to publish the same stream with the same token; then a pass.
another_client() {
	publish krishna_obs "$token" "$1"
	pass
}

rotate() {
	"$BIN/lsctl-keys" rotate -q "$@" krishna obs
}

@test "rotate --no-kick, after another client tried the same token" {
	another_client another
	rotate --no-kick
	pass
	kicked
}

@test "a rotation with grace: the publisher is disconnected at its end, and not before" {
	another_client another
	rotate --grace 1h
	pass
	refute test -e srs/kicked
	one "update token set expires_at = now() - interval '1 s' where expires_at is not null"
	pass
	kicked
}

@test "a rotation on another host, which cannot reach this media server" {
	another_client another
	LSCTL_HOST=elsewhere LSCTL_STATE=$PWD/other run -75 rotate
	pass
	kicked
}

@test "after many other clients, and a permission that was not recorded" {
	one "alter table event disable trigger event_append_only"
	one "delete from event where detail ->> 'client' = 'id-krishna-obs'"
	for i in {1..20}; do
		publish krishna_obs "$token" "c$i"
	done
	pass
	refute test -e srs/kicked
	rotate --no-kick
	pass
	kicked
}

@test "an encoder that came with the new token stays, whichever client tries the old one" {
	rotate --grace 1h
	old=$token
	token=$(token krishna obs)
	publish krishna_obs "$token" id-krishna-obs
	publish krishna_obs "$old" another
	pass
	one "update token set expires_at = now() - interval '1 s' where expires_at is not null"
	pass
	refute test -e srs/kicked
	# nor does lsctl-health say that the hook did not allow it
	run -1 "$BIN/lsctl-health" --json
	refute grep -e publisher-not-allowed <<<"$output"
}
