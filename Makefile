# lsctl: `make deps` once, then `make run` for a channel on the air, or `make test`.

VERSION	= 0.1.0
PREFIX	?= /usr/local
DESTDIR	?=
O	?= build

CC	?= cc
CSTD	= -std=c11 -D_GNU_SOURCE
WARN	= -Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings \
	  -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Werror
# The flag, if this compiler has it for this processor.
flag	= $(shell $(CC) -Werror $(1) -x c -c -o /dev/null /dev/null 2>/dev/null && echo $(1))
HARDEN	:= -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 \
	  $(call flag,-fstack-clash-protection) $(call flag,-fcf-protection) \
	  $(call flag,-ftrivial-auto-var-init=zero)
CFLAGS	?= -O2 -g
CPPFLAGS += -Ilib -Icmd -I/usr/include/postgresql -DLSCTL_VERSION='"$(VERSION)"'
LDFLAGS	+= -pie -Wl,-z,relro,-z,now -Wl,--as-needed
BUILD_C	= $(CC) $(CSTD) $(WARN) $(HARDEN) -ffile-prefix-map=$(CURDIR)=. $(CPPFLAGS) $(CFLAGS) $(SAN)
SAN	?=

# Every tool links these, and the folders of lib/ that its row names. The row is a promise:
# tests/cmd/links.bats reads NEEDED, and the folders of the map, back from each binary.
BASE	= spec process base
MEDIA	= forward media flv codec rtmp net packet
TOOLS	= lsctl-forward lsctl-loop lsctl-channel lsctl-keys lsctl-user lsctl-hook \
	  lsctl-health lsctl-switch lsctl-alert lsctl-act lsctl-web lsctl-top
lsctl-forward_LIBS = $(MEDIA)
lsctl-forward_LD   = -ljansson -lssl -lcrypto -lseccomp -lbsd
lsctl-loop_LIBS    = prepare $(MEDIA)
lsctl-loop_LD	   = -ljansson -lssl -lcrypto -lseccomp -lmd -lbsd
lsctl-channel_LIBS = control
lsctl-channel_LD   = -lpq -ljansson -lcrypto -lmd -lbsd
lsctl-keys_LIBS    = control server http
lsctl-keys_LD	   = -lpq -lcurl -lexpat -ljansson -lcrypto -lmd -lbsd
lsctl-user_LIBS    = control
lsctl-user_LD	   = -lpq -ljansson -lqrencode -lmd -lbsd
lsctl-hook_LIBS    = control
# A process a callback: loading libraries would take as long as all the rest. libfcgi could look
# up names, which is not used, and the linker warns of it.
lsctl-hook_LD	   = -static-pie -Wno-unused-command-line-argument -Wl,--no-warnings \
		     -ljansson -lfcgi -lmd -lbsd
lsctl-health_LIBS  = doctor health control server http
lsctl-health_LD	   = -lpq -lcurl -lexpat -ljansson -lbsd
lsctl-switch_LIBS  = control server http
lsctl-switch_LD	   = -lpq -lcurl -lexpat -ljansson -lcrypto -lmd -lbsd
lsctl-alert_LIBS   = alert health control http
lsctl-alert_LD	   = -lcurl -ljansson -lmd -lbsd
lsctl-top_LIBS	   = health control
lsctl-top_LD	   = -lncursesw -ltinfo -ljansson -lbsd
lsctl-act_LIBS	   = control
lsctl-act_LD	   = -lpq -ljansson -lcrypto -lcrypt -loath -lqrencode -lmd -lbsd
lsctl-web_LIBS	   = web control
lsctl-web_LD	   = -lpq -ljansson -lfcgi -lmd -lbsd

LAYERS	= $(notdir $(wildcard lib/*))
SCRIPTS	= $(notdir $(wildcard scripts/lsctl-*))
BINS	= $(TOOLS:%=$(O)/bin/%)
objs	= $(patsubst %.c,$(O)/%.o,$(shell find $(1) -name '*.c'))
UNITS	= $(patsubst %.c,$(O)/%,$(shell find tests/unit -name '*.c'))
FUZZERS	= $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))

all: $(BINS) $(SCRIPTS:%=$(O)/bin/%)

$(SCRIPTS:%=$(O)/bin/%): $(O)/bin/%: scripts/%
	@mkdir -p $(@D)
	ln -sf $(abspath $<) $@

$(O)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(BUILD_C) -MMD -MP -c -o $@ $<

# What tells the version is compiled anew when that changes.
$(patsubst %.c,$(O)/%.o,$(shell grep -rl --include='*.c' LSCTL_VERSION cmd lib)): $(O)/version
$(O)/version: FORCE
	@mkdir -p $(@D)
	@echo $(VERSION) | cmp -s - $@ || echo $(VERSION) >$@

define ARCHIVE
$(O)/lib$(1).a: $(call objs,lib/$(1))
	@rm -f $$@
	ar crs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call ARCHIVE,$(l))))

# All of a tool but its main() is an archive too, which unit tests are linked with.
define TOOL
$(O)/cmd/$(1).a: $(filter-out %/main.o,$(call objs,cmd/$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar crs $$@ $$^

$(O)/bin/$(1): $(O)/cmd/$(1)/main.o $(O)/cmd/$(1).a $(O)/cmd/common.a $($(1)_LIBS:%=$(O)/lib%.a) $(BASE:%=$(O)/lib%.a) Makefile
	@mkdir -p $$(@D)
	$(BUILD_C) $(LDFLAGS) -Wl,-Map,$(O)/$(1).map -o $$@ $$(filter-out Makefile,$$^) $($(1)_LD)
endef
$(foreach t,$(TOOLS),$(eval $(call TOOL,$(t))))

# What tools share and no library may do: prompts, exit statuses.
$(O)/cmd/common.a: $(call objs,cmd/common)
	@rm -f $@
	ar crs $@ $^

# -- tests: a unit test is linked with the objects it judges, under ASan and UBSan --

SANFLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TEST_LD	= -ljansson -lssl -lcrypto -lcurl -lexpat -lfcgi -lseccomp -lcrypt -loath -lqrencode -lncursesw -ltinfo -lbsd -lmd

# Where a tool has -lpq, a unit test has a libpq that it scripts itself: no test waits for a server,
# or lacks a fault that a server shows once a year. That of db.c has a real one, which it kills; so has one in which
# people sign in at the same moment.
PQ	= $(O)/tests/fake/pq.o
$(O)/tests/unit/control/db $(O)/tests/unit/control/account/account_database: PQ = -lpq

LINKED	= $(TOOLS:%=$(O)/cmd/%.a) $(O)/cmd/common.a \
	  $(patsubst %,$(O)/lib%.a,prepare web $(MEDIA) alert doctor health control server http $(BASE))
$(O)/tests/unit/%: tests/unit/%.c $(LINKED) $(O)/tests/fake/pq.o Makefile
	@mkdir -p $(@D)
	$(BUILD_C) -MMD -MP $(LDFLAGS) -Itests/unit -Itests -o $@ $< $(LINKED) $(PQ) $(TEST_LD)

$(O)/tests/months/%: tests/months/%.c $(LINKED) $(O)/tests/fake/pq.o Makefile
	@mkdir -p $(@D)
	$(BUILD_C) -MMD -MP $(LDFLAGS) -Itests/unit -Itests -o $@ $< $(LINKED) $(PQ) $(TEST_LD)

# Here every allocation fails once: tests/unit/torture.h.
$(filter %_torture,$(UNITS)): LDFLAGS += $(WRAPPED:%=-Wl,--wrap=%)
WRAPPED	= malloc calloc realloc strdup asprintf mmap

ASAN	= $(MAKE) --no-print-directory O=$(O)/asan SAN="$(SANFLAGS)" HARDEN=-fPIE
JOBS	?= 2
BATS	= $(wildcard tests/cmd/*.bats)
FLOWS	= $(shell find tests/flow -maxdepth 1 -type f -executable | sort)

# What takes minutes, and a change seldom breaks: a day of timers, each fault of the database, floods, a search of all that
# a program leaves for secrets, a package put in and taken out.
NIGHTLY	= $(patsubst %,tests/cmd/%.bats,event_growth flood hostile_dump) \
	  $(patsubst %,tests/flow/%,database floods isolation kicks maintenance package secrets storm)

# A browser and all that it needs take both processors: it runs beside commands, and not beside what measures time.
BROWSER	= tests/flow/pages

# What does not compile is missing then, and counted as failed.
test:
	@scripts/dev/deps run test
	-@$(MAKE) --no-print-directory -s -k -j$(JOBS) all
	-@$(ASAN) -s -k -j$(JOBS) units
	@O=$(O) scripts/dev/tap -j $(JOBS) $(UNITS:$(O)/%=$(O)/asan/%) $(BROWSER) \
	    $(filter-out $(NIGHTLY) $(BROWSER),$(BATS) $(FLOWS))

nightly:
	@scripts/dev/deps run test
	-@$(MAKE) --no-print-directory -s -k -j$(JOBS) all
	@O=$(O) scripts/dev/tap -j $(JOBS) $(NIGHTLY)

unit:
	@$(ASAN) unit-run

units: $(UNITS)

# Which lines of lib/ do the unit tests run? A line for each file, the least covered first, and the whole.
coverage:
	@scripts/dev/deps coverage
	-@$(MAKE) --no-print-directory -s O=$(O)/coverage SAN="-O0 --coverage" HARDEN=-fPIE -k -j$(JOBS) units
	@find $(O)/coverage -name '*.gcda' -delete
	-@$(MAKE) --no-print-directory -s O=$(O)/coverage SAN="-O0 --coverage" HARDEN=-fPIE unit-run
	@gcovr --root . --filter lib/ --sort-percentage --txt $(O)/coverage/lib.txt $(O)/coverage
	@sed -n '/^lib/p; /^TOTAL/p' $(O)/coverage/lib.txt

unit-run: $(UNITS)
	@scripts/dev/tap $(UNITS)

# Do the unit tests see a fault? Those of tests/mutants/*.list, or of the PARTS named, one after the other.
mutants:
	@$(ASAN) -s mutants-run

mutants-run: export COMPILE = $(BUILD_C)
mutants-run: export LINKED_WITH = $(LINKED)
mutants-run: export LIBS = $(O)/tests/fake/pq.o $(TEST_LD)
mutants-run: export WRAPS = $(WRAPPED:%=-Wl,--wrap=%)
mutants-run: units
	@O=$(O) LDFLAGS='$(LDFLAGS)' scripts/dev/mutants $(PARTS)

cmd flow: all
	@O=$(O) scripts/dev/tap -j $(JOBS) $(if $(filter cmd,$@),$(BATS),$(FLOWS))

lint:
	@O=$(O) scripts/dev/lint

# Each fuzzer explores for FUZZ_SECONDS; without clang's libFuzzer the corpus is still
# replayed by the unit tests.
FUZZ_SECONDS ?= 60
FUZZED	= $(shell find lib -name '*.c')
$(O)/fuzz/%: tests/fuzz/%.c $(FUZZED) $(shell find lib tests/fuzz -name '*.h')
	@mkdir -p $(@D)
	clang $(CSTD) $(CPPFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined -o $@ $< \
	    $(FUZZED) $(TEST_LD) -lpq

fuzz: $(FUZZERS:%=$(O)/fuzz/%)
	@for f in $(FUZZERS); do \
		mkdir -p $(O)/corpus/$$f; \
		echo "fuzz $$f, $(FUZZ_SECONDS) s"; \
		$(O)/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=512 \
		    -artifact_prefix=$(O)/corpus/$$f- -print_final_stats=1 \
		    $(O)/corpus/$$f tests/fuzz/corpus/$$f >$(O)/corpus/$$f.log 2>&1 || \
		    { cat $(O)/corpus/$$f.log; exit 1; }; \
		tail -3 $(O)/corpus/$$f.log; \
	done

# -- bench: what a channel costs, and what a viewer sees of a switch; minutes, and never a test --

BENCH	= $(O)/bench/feed $(O)/bench/drain $(O)/bench/floor $(O)/bench/allocs.so

$(O)/bench/%: tests/bench/%.c tests/bench/rtmp.h
	@mkdir -p $(@D)
	$(BUILD_C) -o $@ $<

$(O)/bench/allocs.so: tests/bench/allocs.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) -Wno-missing-prototypes $(CFLAGS) -fPIC -shared -o $@ $<

bench: $(BINS) $(BENCH)
	O=$(O) tests/bench/bench
	-O=$(O) tests/bench/reconcile
	-O=$(O) tests/bench/storm
	-O=$(O) tests/bench/web

bench-thousand: $(BINS) $(BENCH)
	O=$(O) tests/bench/thousand

bench-quick: $(BINS) $(BENCH)
	O=$(O) tests/bench/bench --quick

# -- both commands of the README on a machine that has nothing but make; SUITE=trixie for Debian 13 --

fresh:
	@O=$(O) scripts/dev/fresh

# -- sixty days of a channel on a virtual clock; minutes --

months: $(O)/tests/months/channel
	@$< $(DAYS)

# -- a day of a host: the 43,200 passes that its timer makes, one right after the other; more than an hour --

day: all
	@O=$(O) PASSES=43200 tests/flow/maintenance on_air quiet

# -- the embedded stack --

deps:
	@scripts/dev/deps run test

run:
	@scripts/dev/deps run
	@$(MAKE) --no-print-directory -s -j2 all
	@O=$(O) scripts/dev/stack run

# -- install: what goes where is said once, mode:from:to; DESTDIR is for packages --

bindir	= $(PREFIX)/bin
mandir	= $(PREFIX)/share/man
datadir	= $(PREFIX)/share/lsctl
docdir	= $(PREFIX)/share/doc/lsctl
unitdir	?= $(PREFIX)/lib/systemd/system
PAGES	= $(wildcard man/*.[1-8])
WEBPAGES = $(shell find cmd/lsctl-web/pages -type f)
UNITFILES = $(shell find systemd -name '*.service' -o -name '*.socket' -o -name '*.timer' -o -name '*.path' -o -name '*.target' \
	    -o -name '*.slice' -o -name '*.conf')
EXAMPLES = systemd/lsctl.environment $(wildcard scripts/reconcile-loop)
FILES	= $(foreach t,$(TOOLS),755:$(O)/bin/$(t):$(bindir)/$(t)) \
	  $(foreach s,$(SCRIPTS),755:scripts/$(s):$(bindir)/$(s)) \
	  $(foreach p,$(PAGES),644:$(p):$(mandir)/man$(subst .,,$(suffix $(p)))/$(notdir $(p))) \
	  $(foreach f,$(wildcard sql/*.sql sql/*/*.sql),644:$(f):$(datadir)/$(f)) \
	  $(foreach f,$(wildcard scripts/lib/*.sh scripts/lib/*.awk) lib/control/sqlstate.def,644:$(f):$(datadir)/lib/$(notdir $(f))) \
	  $(foreach f,$(shell find scripts/config -type f 2>/dev/null),644:$(f):$(datadir)/$(f:scripts/%=%)) \
	  644:cmd/lsctl-web/openapi.json:$(datadir)/openapi.json \
	  $(foreach f,$(wildcard scripts/monitoring/*),644:$(f):$(datadir)/$(f:scripts/%=%)) \
	  $(foreach f,$(WEBPAGES),644:$(f):$(datadir)/$(f:cmd/lsctl-web/%=%)) \
	  $(foreach u,$(UNITFILES),644:$(u):$(unitdir)/$(u:systemd/%=%)) \
	  644:systemd/lsctl.sysusers:$(PREFIX)/lib/sysusers.d/lsctl.conf \
	  644:systemd/lsctl.tmpfiles:$(PREFIX)/lib/tmpfiles.d/lsctl.conf \
	  644:README.md:$(docdir)/README.md 644:LICENSE:$(docdir)/LICENSE \
	  $(foreach t,$(filter-out lsctl-hook,$(TOOLS) $(SCRIPTS)),644:scripts/completion.bash:$(PREFIX)/share/bash-completion/completions/$(t)) \
	  $(foreach e,$(EXAMPLES),644:$(e):$(docdir)/examples/$(notdir $(e)))

# Tools in shell read their version in one file. A unit runs the tools that came with it, not those that are first in a path.
install: all
	@set -e; for f in $(FILES); do \
		from=$${f#*:} from=$${from%:*} to=$(DESTDIR)$${f##*:}; \
		install -D -m "$${f%%:*}" "$$from" "$$to"; \
		case $$from in \
		scripts/lib/tool.sh) sed -i 's/@VERSION@/$(VERSION)/' "$$to" ;; \
		systemd/*) sed -i "/^Exec/s,\([=+ '-]\)\(lsctl-[a-z]*\)\([ ']\|\$$\),\1$(bindir)/\2\3,g" "$$to" ;; \
		esac; \
	done

# Folders go where they are lsctl's own, or nothing else is in them.
uninstall:
	@set -e; for f in $(FILES); do \
		to=$(DESTDIR)$${f##*:}; \
		rm -f "$$to"; \
		case $$to in \
		$(DESTDIR)$(datadir)/* | $(DESTDIR)$(docdir)/* | *.service.d/*) \
			until [ "$$to" = "$(DESTDIR)$(PREFIX)" ] || ! rmdir "$${to%/*}" 2>/dev/null; do \
				to=$${to%/*}; \
			done ;; \
		esac; \
	done

# The Debian package: build/lsctl_VERSION_ARCH.deb.
deb: all
	+@O=$(O) scripts/dev/deb $(VERSION)

# What a compilation read, as it said itself.
-include $(shell find $(O) -type f -name '*.d' 2>/dev/null)

clean:
	rm -rf $(O)

.PHONY: all test nightly unit units unit-run coverage mutants mutants-run cmd flow lint fuzz clean bench bench-quick bench-thousand months deps run install uninstall deb day fresh FORCE
