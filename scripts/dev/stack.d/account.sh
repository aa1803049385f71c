# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# The first administrator of the pages. A link is a secret, so it is printed and stored nowhere.

# Prints how to sign in: by a link, until somebody has used one.
account_show() {
	local accounts link=
	accounts=$("$bin/lsctl-user" list --json) || return
	case $(jq -rs '.[] | select(.name == "admin") | .password' <<<"$accounts") in
	'') link=$("$bin/lsctl-user" add -q admin --role admin) ;;
	false) link=$("$bin/lsctl-user" reset -q admin) ;;
	esac
	if [[ -n $link ]]; then
		printf 'the pages: open this link once, and set the password of the account "admin"\n  %s\n' "$link"
	else
		printf 'the pages: sign in as "admin"\n  %s/\n' "$LSCTL_WEB_URL"
	fi
	printf 'another link\n  . %s/env.sh && lsctl-user reset admin\n\n' "$PWD"
}
