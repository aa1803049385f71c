# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Keeps parts running. A part is a name for which part_exec, which the caller defines, runs a program. It
# leads a process group of its own, so that its children can be ended with it, and it gets a SIGTERM if its
# supervisor is killed.

declare -A part_pid=() part_since=() part_due=() part_wait=()
parts=()			# in the order of their start
helper=				# a job that start-up waits for
stopping=			# the signal that ends the stack

# Replaces this (sub)shell.
become() {
	exec 9>&- setsid setpriv --pdeathsig TERM -- "$@"
}

part_start() {
	(part_exec "$1") </dev/null >>"log/$1.log" 2>&1 &
	part_pid[$1]=$!
	part_since[$1]=$SECONDS
	unset "part_due[$1]"
}

part_add() {
	parts+=("$1")
	part_start "$1"
}

# Kills processes that a leader left in its group.
group_sweep() {
	kill -KILL -- "-$1" 2>/dev/null
}

# Reports that a part died, and sets the time of its restart. Each death soon after a start doubles
# the pause before the next one, up to 16 s.
part_died() {
	local name=$1 status=$2 pause=${part_wait[$1]:-0} how when=now
	group_sweep "${part_pid[$name]}"
	unset "part_pid[$name]"
	((SECONDS - part_since[$name] >= 20)) && pause=0
	how="exit status $status"
	((status > 128)) && how="signal $(kill -l $((status - 128)))"
	((pause > 0)) && when="in $pause s, see log/$name.log"
	say "$name died ($how); starting it again $when"
	part_due[$name]=$((SECONDS + pause))
	part_wait[$name]=$((pause == 0 ? 1 : pause >= 16 ? 16 : pause * 2))
}

parts_revive() {
	local name
	for name in "${!part_due[@]}"; do
		((SECONDS >= part_due[$name])) && part_start "$name"
	done
}

# Waits for a second, or until a part dies or a signal comes; restarts parts.
parts_watch() {
	local tick name pid
	sleep 1 9>&- &
	tick=$!
	wait -n 2>/dev/null		# without the messages of bash about dead jobs
	kill "$tick" 2>/dev/null && wait "$tick"
	[[ -z $stopping ]] || return
	for name in "${!part_pid[@]}"; do
		pid=${part_pid[$name]}
		kill -0 "$pid" 2>/dev/null && continue
		[[ -n ${unit_deadline[$name]-} ]] && continue	# unit_end ended it
		[[ $name != prepare-* ]] || continue		# units_once
		wait "$pid" 2>/dev/null
		part_died "$name" $?
	done
	parts_revive
}

# Waits for the helper; returns its status, or 130 after a signal that ends the stack.
helper_wait() {
	local status=130
	if [[ -z $stopping ]]; then
		wait "$helper"
		status=$?
	fi
	if [[ -n $stopping ]]; then
		kill -TERM "$helper" 2>/dev/null && wait "$helper"
		group_sweep "$helper"
		status=130
	fi
	helper=
	return $status
}

# Ends every part, the last one first: with SIGTERM, and after five seconds with SIGKILL.
parts_stop() {
	local i name pid end
	[[ -n $helper ]] && kill -TERM "$helper" 2>/dev/null
	for ((i = ${#parts[@]} - 1; i >= 0; i--)); do
		pid=${part_pid[${parts[i]}]-}
		[[ -n $pid ]] && kill -TERM "$pid" 2>/dev/null
	done
	end=$((SECONDS + 5))
	for name in "${!part_pid[@]}"; do
		pid=${part_pid[$name]}
		while kill -0 "$pid" 2>/dev/null && ((SECONDS < end)); do
			sleep 0.05
		done
		kill -KILL -- "-$pid" 2>/dev/null
	done
	wait 2>/dev/null
	part_pid=()
}
