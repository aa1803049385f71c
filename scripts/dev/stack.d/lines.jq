# Reads the status of a forwarder; prints, separated by tabs: channel, state, how good the state is, the text whose
# change makes a new line, the rest of the line.
def age: if . == null then "" else
	(now - (sub("\\.[0-9]+Z$"; "Z") | fromdate) | if . < 0 then 0 else floor end) as $s
	| ($s / 3600 | floor) as $h | (($s % 3600) / 60 | floor) as $m
	| [$h, $m, $s % 60] | map(tostring | if length < 2 then "0" + . else . end) | join(":")
	end;
def sources: (.sources // {}) | to_entries | map(.key + " " + (.value.health // "?"));
def destinations: (.destinations // {}) | to_entries | map("\(.key) \(.value.state)");
# The first source is the best one, and a file is the last resort.
def tone: .on_air as $on | if $on == null then "bad" elif $on == (.sources | keys_unsorted | first) then "good"
	elif .sources[$on] | has("connected") then "fair" else "bad" end;
[ .channel, .state, tone,
  ([.mode] + sources + destinations + ((.problems // []) | map(.code + " " + .subject)) | join(" ")),
  ([ (.since | age),
     ((.sources // {}) | to_entries | map(.key + " " + (.value.health // "?") +
	if (.value.kbps // 0) > 0 then " \(.value.kbps)k" else "" end) | join(", ")),
     ((.destinations // {}) | to_entries | map("\(.key) \(.value.state) \(.value.kbps)k" +
	" connects=\(.value.connects)") | join(", ")),
     (if .mode == "auto" or .mode == null then empty else "mode " + .mode end)
   ] | map(select(. != "")) | join("  |  "))
] | map(. // "" | tostring) | join("\t")
