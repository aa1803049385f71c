# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# The forwarders and loops that lsctl-switch starts, and the films that lsctl-act has prepared: a file in units/ for each,
# made by stack.d/unit.

declare -A unit_deadline=()	# of units that were sent a SIGTERM

# Forgets the part of a unit that ended.
unit_ended() {
	local name=$1
	group_sweep "${part_pid[$name]}"
	unset "part_pid[$name]" "part_due[$name]" "part_wait[$name]" "unit_deadline[$name]"
	rm -f "units/$name.stop"
}

# Forgets the preparations that have ended: they run once.
units_once() {
	local f name
	for f in units/prepare-*; do
		name=${f#units/}
		[[ -n ${part_pid[$name]-} ]] && ! kill -0 "${part_pid[$name]}" 2>/dev/null || continue
		wait "${part_pid[$name]}" 2>/dev/null
		unit_ended "$name"
		rm -f "$f"
	done
}

# Ends a unit: sends one SIGTERM, and after five seconds SIGKILL.
unit_end() {
	local name=$1 pid=${part_pid[$1]-}
	if [[ -z $pid ]] || ! kill -0 "$pid" 2>/dev/null; then
		[[ -z $pid ]] || wait "$pid" 2>/dev/null
		[[ -z $pid ]] || unit_ended "$name"
		unset "part_due[$name]"
		rm -f "units/$name.stop"
		return
	fi
	if [[ -z ${unit_deadline[$name]-} ]]; then
		kill -TERM "$pid" 2>/dev/null
		unit_deadline[$name]=$((SECONDS + 5))
	elif ((SECONDS > unit_deadline[$name])); then
		kill -KILL -- "-$pid" 2>/dev/null
	fi
}

# Makes the units that run those of the desired state. A restart is a stop of a unit that stays desired.
units_tend() {
	local f name
	for f in units/*.stop; do
		[[ -e $f ]] || continue
		name=${f#units/}
		unit_end "${name%.stop}"
	done
	units_once
	for f in units/forward-* units/loop-* units/prepare-*; do
		[[ -e $f && $f != *.stop && ! -e $f.stop ]] || continue
		name=${f#units/}
		[[ -n ${part_pid[$name]-} || -n ${part_due[$name]-} ]] && continue
		if [[ " ${parts[*]} " == *" $name "* ]]; then
			part_start "$name"
		else
			part_add "$name"
		fi
	done
}
