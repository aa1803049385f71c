# SPDX-License-Identifier: ISC
# lsctl-loop prepare, check and join with the real ffmpeg. O says where the build is.

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	command -v ffmpeg >/dev/null || skip "ffmpeg is not installed"
	export CLIPS="$BATS_FILE_TMPDIR"
	cd "$CLIPS"
	# conforms as it is
	clip good.mp4 30 48000 5.2 -c:v libx264 -bf 2 -g 60 -keyint_min 60 -sc_threshold 0 -c:a aac
	# one keyframe in five seconds
	clip long-gop.mp4 30 48000 5.2 -c:v libx264 -g 1000 -c:a aac
	# NTSC, audio in another codec, and half a second short
	clip mp3.mkv 30000/1001 44100 4.5 -c:v libx264 -g 60 -keyint_min 60 -sc_threshold 0 -c:a libmp3lame
	# no audio, another codec
	clip silent.mkv 25 48000 5 -c:v mpeg4 -an
	# a group of pictures that leans on the one before
	clip open.mp4 25 48000 5.2 -c:v libx264 -x264opts open_gop=1:keyint=50:bframes=3 -c:a aac
	# odd size, frames missing
	clip vfr.mkv 60 22050 2 -vf "select='not(eq(mod(n,7),3))',scale=321:181" -vsync vfr \
	    -c:v ffv1 -c:a pcm_s16le
}

# clip NAME FPS RATE AUDIO-SECONDS ffmpeg-option...
clip() {
	name=$1 fps=$2 rate=$3 audio=$4
	shift 4
	ffmpeg -nostdin -v error -y -f lavfi -i "testsrc2=s=320x180:r=$fps:d=5" \
	    -f lavfi -i "sine=440:r=$rate:d=$audio" -preset ultrafast "$@" "$name"
}

setup() {
	setup_folder
	PATH=$BIN:$PATH
	cp "$CLIPS"/* .
}

prepare() {
	lsctl-loop prepare --preset ultrafast "$@" 2>err
}

nothing_left() {
	prints_nothing find . -name '.?*'
}

# steps FILE video|audio: the distances of its times in ms, each once
steps() {
	ffprobe -v error -fflags noparse -select_streams "${2%"${2#?}"}" \
	    -show_entries packet=dts -of csv=p=0 "$1" |
	    awk -F, '$1 != "" { if (n++) seen[$1 - last]; last = $1 } END { for (d in seen) print d }' |
	    sort -n | tr '\n' ' '
}

decodes() {
	test -z "$(ffmpeg -nostdin -v error -xerror -fflags noparse -i "$1" -f null - 2>&1)"
}

@test "prepare: a conforming file is copied" {
	out=$(prepare good.mp4)
	grep 'video and audio are copied' err
	[ "$(lsctl-loop check "$out" | cut -d, -f2)" = " h264 320x180 30" ]
	nothing_left
}

@test "prepare: the name is the stem and sixteen digits, beside the file" {
	mkdir dir
	mv good.mp4 dir/a.b.mp4
	out=$(prepare dir/a.b.mp4)
	[[ $out =~ ^dir/a\.b-[0-9a-f]{16}\.flv$ ]]
	[ "$(stat -c %a "$out")" = "$(printf '%o' $((0666 & ~$(umask))))" ]
}

@test "prepare: a second run makes nothing" {
	out=$(prepare good.mp4)
	before=$(stat -c '%i %Y' "$out")
	[ "$(prepare good.mp4)" = "$out" ]
	grep 'done already' err
	[ "$(stat -c '%i %Y' "$out")" = "$before" ]
	prints_other_than "$out" prepare --bitrate 900k good.mp4
	[ "$(prepare -f good.mp4)" = "$out" ]
	prints_other_than "${before% *}" stat -c %i "$out"
}

@test "prepare: a broken result is made again" {
	out=$(prepare good.mp4)
	truncate -s 20000 "$out"
	[ "$(prepare good.mp4)" = "$out" ]
	lsctl-loop check "$out"
}

@test "prepare: long groups of pictures are encoded, the audio is kept" {
	out=$(prepare long-gop.mp4)
	grep 'video is encoded: closed groups of pictures last up to 5.0 s' err
	run ! grep 'audio is encoded' err
	lsctl-loop check "$out" | grep 'keyframes every 2.00 s$'
}

@test "prepare: open groups of pictures are encoded" {
	out=$(prepare open.mp4)
	grep 'video is encoded' err
	lsctl-loop check "$out" | grep 'keyframes every 2.00 s$'
}

@test "prepare: other audio is encoded up to the end of the video, the video is kept" {
	out=$(prepare mp3.mkv)
	grep 'audio is encoded: it is mp3' err
	grep 'audio of -2[0-9.]* LUFS gets +[0-9.]* dB' err
	# as loud as it is to be; the last half second is silent
	loud=$(ffmpeg -i "$out" -af ebur128=framelog=verbose -f null - 2>&1 | sed -n 's/^ *I: *-\([0-9]*\).*/\1/p')
	[ "$loud" = 13 ] || [ "$loud" = 14 ]
	run ! grep 'video is encoded' err
	lsctl-loop check "$out" | grep ' h264 320x180 29.97, aac 48000 2,'
}

@test "prepare: audio that begins late, or video, becomes audio from the first frame to the last" {
	ffmpeg -nostdin -v error -i good.mp4 -itsoffset 1 -i good.mp4 -map 0:v -map 1:a -c copy late.mkv
	run -1 lsctl-loop check "$(copied late.mkv)"
	[[ $output == *'; its audio begins '[89]??' ms after its video' ]]
	out=$(prepare late.mkv)
	grep 'audio is encoded: it begins 1.0 s after the video' err
	run ! grep 'video is encoded' err
	lsctl-loop check "$out"
	ffmpeg -i "$out" -af silencedetect=d=0.5 -f null - 2>&1 | grep -E 'silence_end: (0.9|1.0)'
	# here the end is missing, and the beginning of the picture
	ffmpeg -nostdin -v error -itsoffset 1 -i good.mp4 -t 5 -i mp3.mkv -map 0:v -map 1:a -c:v copy -c:a aac after.mkv
	out=$(prepare after.mkv)
	grep 'audio is encoded: it ends 1.[45] s before the video' err
	run ! grep 'video is encoded' err
	lsctl-loop check "$out"
}

# An FLV file of the same tracks.
copied() {
	ffmpeg -nostdin -v error -i "$1" -c copy "${1%.*}.flv"
	echo "${1%.*}.flv"
}

@test "prepare: a picture and a recording, a cover, a picture alone are films" {
	small="--profile 320x180@25"
	ffmpeg -nostdin -v error -f lavfi -i color=red:s=501x333 -frames:v 1 cover.jpg
	ffmpeg -nostdin -v error -f lavfi -i sine=440:r=44100:d=3.3 kirtan.mp3
	ffmpeg -nostdin -v error -i kirtan.mp3 -i cover.jpg -map 0 -map 1 -c copy -disposition:v attached_pic cover.mp3
	for film in "--picture cover.jpg kirtan.mp3" cover.mp3 cover.jpg; do
		# shellcheck disable=SC2086	# words
		out=$(prepare $small $film)
		grep -E 'video is encoded: it is a (picture|cover)$' err
		[ "$(colours "$out")" = bt709,bt709,bt709 ]
		lsctl-loop check "$out" >facts
		grep ' h264 320x180 25, aac ' facts
		case $film in
		cover.jpg) grep ' 30.000 s' facts ;;
		*) grep -E ' 3\.[34]' facts ;;
		esac
	done
	# the whole picture, between bars
	ffmpeg -v error -i "$out" -frames:v 1 -vf crop=40:2:0:90,signalstats,metadata=print:file=- -f null - >values
	grep -E 'YMIN=1[67]' values
	grep -E 'YMAX=6[1-4]' values
	lsctl-loop join -r 3 "$out" >joined.flv
	decodes joined.flv
	nothing_left
}

@test "prepare: --like takes the format of the channel's first source" {
	mkdir -p run/forward
	good=$(prepare good.mp4)
	(umask 077 && cat >run/forward/krishna.json) <<-END
	{"channel": "krishna", "delay_ms": 0, "sources": [{"name": "film", "path": "$PWD/$good"}], "destinations": []}
	END
	export LSCTL_RUN=$PWD/run
	run -69 prepare --like krishna silent.mkv
	grep 'lsctl-loop: --like krishna: no forwarder answers on .*/run/forward/krishna.sock' err
	run -64 prepare --like ../krishna silent.mkv
	lsctl-forward run/forward/krishna.json 3>&- 2>/dev/null &
	forward=$!
	await test -S run/forward/krishna.sock
	await heard
	out=$(prepare --like krishna silent.mkv)
	kill "$forward"
	lsctl-loop check "$out" | grep ' h264 320x180 30, aac 48000 1,'
}

heard() {
	lsctl-forward ctl run/forward/krishna.sock status | jq -e '.sources.film.audio' >/dev/null
}

@test "prepare: silence is added" {
	out=$(prepare silent.mkv)
	grep 'audio is encoded: there is none' err
	lsctl-loop check "$out" | grep ' h264 320x180 25, aac 48000 2,'
}

@test "prepare: a variable rate becomes constant, an odd size even" {
	out=$(prepare vfr.mkv)
	lsctl-loop check "$out" | grep ' h264 320x180 '
}

@test "prepare: a logo, a title and a clock are drawn, and a title is only text" {
	ffmpeg -nostdin -v error -f lavfi -i color=black:s=320x180:r=25:d=2 -c:v ffv1 black.mkv
	ffmpeg -nostdin -v error -f lavfi -i color=red:s=200x200 -frames:v 1 logo.png
	out=$(prepare --logo logo.png@top-left black.mkv)
	# red, 45 of 180 lines high, 7 from the edges
	peak 45:45:7:7 "$out" YMIN | grep -E '^(6[0-9]|7[0-9]|8[0-2])'
	peak 160:180:160:0 "$out" YMAX | grep '^1[67]'
	out=$(prepare --clock --title "%{pts}{\\pos(1,1)}':\\N,x=[y];" black.mkv)
	peak 100:40:0:140 "$out" YMAX | grep '^2[0-9][0-9]'	# the title
	peak 100:40:220:140 "$out" YMAX | grep '^2[0-9][0-9]'	# the clock
	peak 320:90:0:0 "$out" YMAX | grep '^1[67]'
	prints_other_than "$out" prepare --clock black.mkv
	printf '<fontconfig><dir>%s</dir></fontconfig>' "$PWD/none" >fonts.conf
	FONTCONFIG_FILE=$PWD/fonts.conf run -69 prepare --clock good.mp4
	grep 'there is no font for the title or the clock: apt install fonts-dejavu-core' err
	run -64 prepare --title "$(printf 'two\nlines')" good.mp4
	run -66 prepare --logo none.png good.mp4
	nothing_left
}

# peak AREA FILE YMIN|YMAX: of an area of its last picture
peak() {
	ffmpeg -nostdin -v error -i "$2" -vf "crop=$1,signalstats,metadata=print:key=lavfi.signalstats.$3:file=-" -f null - |
	    sed -n "s/.*$3=//p" | tail -n 1
}

# colours FILE: matrix, transfer and primaries of its video, or of another file
colours() {
	ffprobe -v error -select_streams v -show_entries stream=color_space,color_transfer,color_primaries -of csv=p=0 "$1"
}

# luma FILE: the mean of its first picture
luma() {
	ffmpeg -nostdin -v error -i "$1" -frames:v 1 -vf signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=- -f null - |
	    sed -n 's/.*YAVG=\([0-9]*\).*/\1/p' | tail -n 1
}

@test "prepare: HDR becomes BT.709, tones too" {
	# as ITU-R BT.2408 has them in 10 bits: the white of paper in HLG, a grey card in PQ
	for grey in arib-std-b67:721:200 smpte2084:399:108; do
		IFS=: read -r transfer code luma <<<"$grey"
		ffmpeg -nostdin -v error -y -f lavfi -i "color=s=64x64:r=25:d=0.4,format=yuv420p10le,geq=lum=$code:cb=512:cr=512,
			setparams=color_primaries=bt2020:color_trc=$transfer:colorspace=bt2020nc" \
		    -color_primaries bt2020 -color_trc "$transfer" -colorspace bt2020nc \
		    -c:v libx265 -preset ultrafast -x265-params log-level=none hdr.mp4
		[ "$(colours hdr.mp4)" = "bt2020nc,$transfer,bt2020" ]
		out=$(prepare -f hdr.mp4)
		grep 'video is encoded: it is HDR ([HP].*), and becomes BT.709' err
		[ "$(colours "$out")" = bt709,bt709,bt709 ]
		[ "$(ffprobe -v error -select_streams v -show_entries stream=pix_fmt -of csv=p=0 "$out")" = yuv420p ]
		off=$(($(luma "$out") - luma))
		echo "$grey: $off"
		[ "${off#-}" -le 4 ]
	done
}

@test "prepare: every film says which colours it has" {
	[ "$(colours good.mp4)" = unknown,unknown,unknown ]
	out=$(prepare good.mp4)
	grep 'video and audio are copied' err
	[ "$(colours "$out")" = smpte170m,bt709,smpte170m ]
	out=$(prepare silent.mkv)
	[ "$(colours "$out")" = smpte170m,bt709,bt470bg ]
	# what it says itself stays; red of a screen is red, white of 8 bits and all numbers is white
	ffmpeg -nostdin -v error -f lavfi -i color=red:s=1280x720:r=25:d=0.4 -vf format=gbrp -c:v ffv1 red.mkv
	ffmpeg -nostdin -v error -f lavfi -i color=white:s=320x180:r=25:d=0.4 -vf scale=out_range=pc,format=yuvj420p,setparams=color_primaries=smpte170m:color_trc=smpte170m:colorspace=smpte170m \
	    -c:v mjpeg -color_primaries smpte170m -color_trc smpte170m -colorspace smpte170m white.mkv
	out=$(prepare red.mkv)
	[ "$(colours "$out")" = bt709,bt709,bt709 ]
	[ "$(luma "$out")" = 62 ]
	out=$(prepare white.mkv)
	[ "$(colours "$out")" = bt470bg,smpte170m,smpte170m ] || [ "$(colours "$out")" = smpte170m,smpte170m,smpte170m ]
	[ "$(luma "$out")" = 235 ]
}

@test "prepare: the profile is kept to, with bars where the shape differs" {
	out=$(prepare --profile 480x480@25 --audio 44100/1 --bitrate 400k -d . good.mp4)
	lsctl-loop check "$out" | grep ' h264 480x480 25, aac 44100 1,'
	ffmpeg -v error -i "$out" -frames:v 1 -vf crop=480:60:0:0,signalstats,metadata=print:file=- \
	    -f null - | grep 'YAVG=1[5-7]'
}

@test "prepare: all of these loop without a gap" {
	for f in *.mkv *.mp4; do
		out=$(prepare "$f")
		lsctl-loop check "$out"
		lsctl-loop join -r 7 "$out" >joined.flv
		decodes joined.flv
		case $f in
		silent.mkv | open.mp4) [ "$(steps joined.flv video)" = "40 " ] ;;
		vfr.mkv) [[ "$(steps joined.flv video)" =~ ^(16 17 |20 )$ ]] ;;
		*) [ "$(steps joined.flv video)" = "33 34 " ] ;;
		esac
		[ "$(steps joined.flv audio)" = "21 22 " ]
		rm joined.flv
	done
}

@test "prepare: -o names the result, and replaces only what it made" {
	[ "$(prepare -o here.flv good.mp4)" = here.flv ]
	[ "$(prepare -o here.flv good.mp4)" = here.flv ]
	grep 'done already' err
	run -73 prepare -o here.flv long-gop.mp4
	[ "$(prepare -f -o here.flv long-gop.mp4)" = here.flv ]
	run -64 prepare -o here.flv -d . good.mp4
}

@test "prepare: -n prints what would be done, and does nothing" {
	out=$(prepare -n silent.mkv)
	[ ! -e "$out" ]
	grep 'video is encoded: it is mpeg4' err
	nothing_left
}

@test "prepare: -q prints no progress, a pipe gets lines, and stdout only the path" {
	out=$(prepare -q silent.mkv)
	[ ! -s err ]
	[ "$(prepare -f silent.mkv)" = "$out" ]
	grep 'prepare: .* %' err
	run ! grep -q "$(printf '\r')" err
}

@test "prepare: a terminal gets a bar" {
	command -v script >/dev/null || skip "script(1) is not installed"
	script -qec "lsctl-loop prepare --preset ultrafast silent.mkv" /dev/null >typescript
	grep '\[##*\.*\]' typescript
}

@test "prepare: exit 65 for a file that is no film, 66 for one that does not exist" {
	echo text >text.mp4
	run -65 prepare text.mp4
	[ "$(wc -l <err)" -eq 1 ]
	ffmpeg -v error -i good.mp4 -vn -c copy sound.m4a
	run -65 prepare sound.m4a
	grep 'it has no video, and no cover: --picture FILE gives it one' err
	run -65 prepare --picture good.mp4 sound.m4a
	grep 'good.mp4: it is no picture' err
	run -66 prepare missing.mp4
	run -66 prepare .
	nothing_left
}

@test "prepare: exit 69 without ffmpeg, and the message names the package" {
	tool=$(command -v lsctl-loop)
	run -69 env PATH=/nonexistent "$tool" prepare good.mp4
	[[ $output =~ "apt install ffmpeg" ]]
}

@test "prepare: exit 73 for a folder that cannot be written" {
	run -73 prepare -d missing good.mp4
	[ "$(wc -l <err)" -eq 1 ]
}

# fake_ffmpeg ENCODER...: fails with any words, and lists these encoders.
fake_ffmpeg() {
	mkdir -p bin
	cat >bin/ffmpeg <<-SH
		#!/bin/sh
		case "\$*" in
		*-encoders*) printf ' V....D %s   Unknown encoder\n' $*; exit ;;
		esac
		echo "No space left on device, Unknown encoder" >&2
		exit 1
	SH
	chmod +x bin/ffmpeg
}

@test "prepare: exit 69 without an encoder, whatever ffmpeg's message is" {
	fake_ffmpeg aac libx265
	PATH="$PWD/bin:$PATH" run -69 prepare silent.mkv
	grep 'ffmpeg has no encoder libx264: apt install ffmpeg' err
	nothing_left
	fake_ffmpeg aac libx264
	PATH="$PWD/bin:$PATH" run -65 prepare silent.mkv	# with room for it, and the encoders: it is the film
	nothing_left
}

@test "prepare: exit 74 for a full disk, and no file is left" {
	unshare -rm true 2>/dev/null || skip "no mounts here"
	mkdir small
	cat >full <<-'SH'
		mount -t tmpfs -o size=64k none small || exit 99
		lsctl-loop prepare --preset ultrafast -d small good.mp4
		status=$?
		ls -A small >left
		exit $status
	SH
	run -74 unshare -rm sh full
	[[ $output == *'of which 1/20 stays free: No space left on device' ]]
	[ ! -s left ]
}

@test "prepare: a small file that would fill a disk, or the memory, is refused" {
	# 1 kB that lasts for two years
	ffmpeg -nostdin -v error -f lavfi -i color=s=64x64:r=1 -frames:v 3 -vf 'setpts=N*3600*24*365/TB' -c:v libx264 years.mkv
	[ "$(stat -c %s years.mkv)" -lt 5000 ]
	run -65 prepare --profile 320x180@30 years.mkv
	grep 'it says that it lasts for more than 7 days$' err
	# a picture of 200 MB
	ffmpeg -nostdin -v error -f lavfi -i color=s=16000x9000 -frames:v 1 -c:v mjpeg wide.mkv
	run -65 prepare wide.mkv
	grep 'its picture is wider or higher than 8192 pixels$' err
	nothing_left
}

@test "prepare: exit 64 for wrong options" {
	run -64 prepare
	run -64 prepare --profile 1920 good.mp4
	run -64 prepare --profile 1921x1080 good.mp4
	run -64 prepare --profile 1920x1080@1000 good.mp4
	grep -q -F -e '--profile 1920x1080@1000: must be a size' err
	run -64 prepare --bitrate fast good.mp4
	run -64 prepare --audio 48000/9 good.mp4
	run -64 prepare --loudness 14 good.mp4
	run -64 prepare --preset placid good.mp4
	grep -q -F -e '--preset placid: must be ultrafast, superfast, ' err
	run -64 prepare good.mp4 silent.mkv
	run -64 lsctl-loop
	run -64 lsctl-loop dance
}

# The stand-in never ends by itself, and says who it is.
slow_ffmpeg() {
	mkdir bin
	cat >bin/ffmpeg <<-'SH'
		#!/bin/sh
		echo $$ >pid
		exec sleep 60
	SH
	chmod +x bin/ffmpeg
}

stop_with() {
	slow_ffmpeg
	PATH="$PWD/bin:$PATH" lsctl-loop prepare silent.mkv 3>&- &
	tool=$!
	while [ ! -s pid ]; do sleep 0.05; done
	ls -A | grep '^\.silent'
	kill -"$1" "$tool"
	status=0
	wait "$tool" || status=$?
	nothing_left
	gone "$(cat pid)"
}

@test "prepare: SIGTERM ends ffmpeg, and no file is left" {
	stop_with TERM
	[ "$status" -eq 143 ]
}

@test "prepare: SIGHUP too" {
	stop_with HUP
	[ "$status" -eq 129 ]
}

@test "prepare: the name of a film is never an option or a command" {
	mv silent.mkv './-o concat:%d'\''a.mkv'
	out=$(prepare -- './-o concat:%d'\''a.mkv')
	lsctl-loop check "$out"
	mv './-o concat:%d'\''a.mkv' ./-x.mkv
	out=$(prepare -- -x.mkv)
	lsctl-loop check -- "$out"
}

@test "check: a line for each file, and the exit status of the worst one" {
	good=$(prepare good.mp4)
	ffmpeg -v error -i long-gop.mp4 -c copy long.flv
	head -c 30000 "$good" >cut.flv
	run -0 lsctl-loop check "$good"
	run -1 lsctl-loop check "$good" long.flv
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} =~ "keyframes are too far apart" ]]
	run -65 lsctl-loop check cut.flv "$good" long.flv
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} =~ ^cut\.flv:\ byte\ [0-9]+:\ the\ file\ ends\ within\ a\ tag ]]
	run -65 lsctl-loop check missing.flv
	run -64 lsctl-loop check
}

@test "run: a socket that was passed is served, and a spec in a control message is used" {
	good=$(prepare good.mp4)
	(umask 077 && cat >loop.json) <<-END
	{"channel": "krishna", "files": ["$(basename "$good")"],
	 "destination": {"name": "server", "url": "rtmp://127.0.0.1:1/live", "key": "krishna_loop"}}
	END
	systemd-socket-activate -l "$PWD/given.sock" "$(command -v lsctl-loop)" run loop.json 3>&- 2>err &
	loop=$!
	while [ ! -S given.sock ]; do sleep 0.05; done
	lsctl-forward ctl given.sock status | jq -e '.state == "FILE_ACTIVE" or .state == "STARTING"'
	[ ! -e loop.sock ]
	python3 - >answer <<-'END'
	import json, socket
	spec = json.load(open("loop.json"))
	spec["destination"]["name"] = "other"
	s = socket.socket(socket.AF_UNIX)
	s.connect("given.sock")
	s.sendall(json.dumps({"cmd": "reload", "spec": spec}).encode() + b"\n")
	print(s.makefile().readline(), end="")
	END
	[ "$(cat answer)" = '{"code":"ok"}' ]
	lsctl-forward ctl given.sock status | jq -e '.destinations | keys == ["other"]'
	kill "$loop"
	wait "$loop"
	[ -S given.sock ]
}

@test "join: the rounds of a list are one timeline" {
	good=$(prepare --profile 320x180@30 --audio 48000/2 good.mp4)
	silent=$(prepare --profile 320x180@30 --audio 48000/2 silent.mkv)
	lsctl-loop join -r 3 "$good" "$silent" >joined.flv
	decodes joined.flv
	# no step between the films
	[ "$(steps joined.flv video)" = "33 34 " ]
	run -65 lsctl-loop check joined.flv
	[[ $output == *": the video format changes here" ]]	# where the other film begins
	run -64 lsctl-loop join
	run -64 lsctl-loop join -r 0 "$good"
	run -65 lsctl-loop join missing.flv
}
