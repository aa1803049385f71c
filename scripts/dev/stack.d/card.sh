# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# The test card, which a channel without a film loops: half a minute of a running clock over a bar
# that moves with every frame, and a soft tone that beeps once a second.

CARD_S=30
CARD_ARGS=(
	-f lavfi -i "gradients=s=1280x720:r=30:n=2:c0=0x0b1220:c1=0x1f4e79:x0=0:y0=0:x1=1280:y1=720"
	-f lavfi -i "color=0x5eead4:s=1280x10:r=30:d=$CARD_S"
	-f lavfi -i "sine=f=440:b=2:r=48000:d=$CARD_S"
	-filter_complex "[0]trim=end_frame=1,loop=-1:1:0,setpts=N/30/TB[b];[b][1]overlay=x='-w+w*t/$CARD_S':y=H-h,drawtext=text=lsctl:fontsize=40:fontcolor=white@0.6:x=60:y=50,drawtext=text='The loop is on the air':fontsize=56:fontcolor=white:x=(w-tw)/2:y=h/2-140,drawtext=text='%{pts\\:hms}':fontsize=120:fontcolor=white:x=(w-tw)/2:y=h/2-30[v];[2]volume=0.2[a]"
	-map '[v]' -map '[a]' -t "$CARD_S"
	-c:v libx264 -preset veryfast -pix_fmt yuv420p -b:v 2500k -maxrate 2500k -bufsize 2500k
	-g 60 -keyint_min 60 -sc_threshold 0
	-c:a aac -b:a 128k -ac 2 -f flv
)

# Prints the path of the card that these arguments make; the file may not exist yet.
card_path() {
	local sum
	sum=$(printf '%s\n' "${CARD_ARGS[@]}" | sha256sum)
	printf 'media/card-%s.flv' "${sum:0:16}"
}

# Makes the card; on a terminal it shows the progress.
card_make() {
	local path=$1 key value s shown=-1
	printf 'making the test card (once)\n'
	mkfifo tmp/progress.$$ || return
	become ffmpeg -nostdin -v error -y -progress pipe:3 "${CARD_ARGS[@]}" "$path.new" \
	    3>"tmp/progress.$$" &
	helper=$!
	while [[ -z $stopping ]] && IFS='=' read -r key value; do
		[[ $key == out_time_ms && $value =~ ^[0-9]+$ ]] || continue
		s=$((value / 1000000))
		((s == shown)) && continue
		shown=$s
		[[ -n $terminal ]] && printf '\r  %3d %%' $((s * 100 / CARD_S))
	done <"tmp/progress.$$"
	rm -f "tmp/progress.$$"
	[[ -n $terminal ]] && printf '\r\e[K'
	helper_wait && mv "$path.new" "$path" && return
	rm -f "$path.new"
	return 1
}
