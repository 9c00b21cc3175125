# `make run` is the first thing to try, `make test` the second. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
INDEX ?= Index
PREFIX ?= /usr/local

# The command is linked with a static Swift runtime, which starts in two thirds of the time and
# runs on machines without a toolchain. Its objects differ from those of the tests, hence the
# folder of its own.
STATIC := .build-static
LEDE := $(STATIC)/release/lede
BUILD := $(SWIFT) build -c release --static-swift-stdlib --scratch-path $(STATIC)

.PHONY: help packages build run test sanitize-address sanitize-thread lint coverage bench quality peers peers-test reference man completions install ci clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | awk -F ':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

packages: ## install the Debian packages that are missing
	@.ci/packages

build: packages ## build the lede command ($(LEDE))
	@$(BUILD) --product lede

run: build ## build, index seeds/ and search
	$(LEDE) index seeds --index $(INDEX)
	$(LEDE) search "alumina industry cluster" --index $(INDEX)

# Tests see only what other targets see, so they run on the very code that ships, and after a
# build there is nothing left to compile.
test: packages ## run every test, in release
	$(SWIFT) test -c release --disable-testable-imports --disable-xctest

# In a folder of its own, with smaller samples. Leaks are not looked for: a command ends by exit(), with what its frames
# hold, and LeakSanitizer calls that lost.
sanitize-address sanitize-thread: sanitize-%: packages
	ASAN_OPTIONS=detect_leaks=0 LEDE_POWER_SAMPLES=1 LEDE_FLIPS=60 LEDE_KILLS=10 \
	  LEDE_MODEL_OPERATIONS=500 $(SWIFT) test -c release --disable-testable-imports \
	  --disable-xctest --sanitize $* --scratch-path .build-$* $(TESTS)

sanitize-address: ## every test under the address sanitiser
sanitize-thread: ## every test under the thread sanitiser

lint: ## format, imports and documents
	@.ci/format
	@.ci/imports
	@.ci/docs

coverage: packages ## line coverage of the engine targets; fails below 85 %
	@.ci/coverage

bench: packages ## micro-benchmarks and query latency on a synthetic archive
	$(SWIFT) package --package-path Benchmarks --disable-sandbox benchmark

quality: build ## ranking quality on the judged collections of the shared data
	Benchmarks/Quality/run

# CORPUS is any JSON Lines file with text or body; QUERIES a file of tagged queries.
peers: build ## compare with other engines on one corpus; report to Benchmarks/Results
	Benchmarks/Peers/run all $(if $(CORPUS),--corpus $(CORPUS)) $(if $(QUERIES),--queries $(QUERIES)) $(PEERS)

peers-test: ## unit tests of that comparison; needs nothing but Python
	cd Benchmarks/Peers && python3 -B -m unittest discover -q -s tests -t .

reference: build ## compare with the independent reference on 2,000 Wikipedia pages
	Tests/Reference/run $(LEDE)

man: build ## write man pages to $(STATIC)/man
	@.ci/man $(LEDE) $(STATIC)/man

completions: build ## write shell completions to $(STATIC)/completions
	@mkdir -p $(STATIC)/completions
	@$(LEDE) --generate-completion-script bash > $(STATIC)/completions/lede.bash
	@$(LEDE) --generate-completion-script zsh > $(STATIC)/completions/_lede
	@$(LEDE) --generate-completion-script fish > $(STATIC)/completions/lede.fish

install: build man completions ## install under PREFIX (/usr/local)
	install -Dm755 $(LEDE) $(DESTDIR)$(PREFIX)/bin/lede
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $(STATIC)/man/*.1
	install -Dm644 $(STATIC)/completions/lede.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lede
	install -Dm644 $(STATIC)/completions/_lede $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_lede
	install -Dm644 $(STATIC)/completions/lede.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/lede.fish

ci: ## everything a change must pass
	@.ci/run

clean: ## remove what was built, and the index
	rm -rf .build $(STATIC) Benchmarks/.build
	find Index -mindepth 1 ! -name README.md -delete
