# Pollux: the verbs of this repository.
#
#   make replay    plays every scenario under Scenarios by four guests, two of them in C and in Rust; the
#                  last line is the summary
#   make test      runs all tests; the last line is the summary
#   make explore   plays every run of the scenarios that say so
#   make setup     installs what the build needs (replay and test do so first)
#   make format    rewrites the Swift sources in the style of .swift-format
#   make lint      checks that style and changes nothing
#   make sanitize  runs the tests under ThreadSanitizer and AddressSanitizer
#   make fuzz      runs the libFuzzer targets, each its corpus and on for FUZZ_SECONDS=60 in all; planted
#                  faults must be found
#   make gate      the long jobs, within GATE=60 minutes; writes docs/Gate.md
#   make wasm      builds the guest layers for wasm32 and lists what they import
#   make mutants   makes mistakes on purpose, looks whether they are found, and prints the table of
#                  docs/Mutants.md (about a quarter of an hour)
#   make bench     measures, and prints the table of docs/Benchmarks.md (needs python3)
#   make soak      echoes on 9,000 connections at once in one process, and looks whether everything
#                  comes back; SOAK='--connections 2000' does with fewer
#   make bench-parity   measures one C guest here and in wasmtime (needs python3 with pip)
#   make install   puts the command, the library and the C headers below PREFIX=/usr/local
#   make clean     removes what was built
#   make help      prints this, as plain make does

# The Swift sources of this package and of those in its folders, not what they have built.
packages := . Examples Benchmarks
parts := Package.swift Sources Tests
swift := $(wildcard $(foreach package,$(packages),$(addprefix $(package)/,$(parts)))) .ci/embedded

.DEFAULT_GOAL := help
.PHONY: replay explore test sanitize fuzz gate setup format lint wasm mutants bench bench-parity soak install clean help

guests := --guest local --guest swift --guest c=.build/guests/c-guest.so \
	--guest rust=.build/guests/rust-guest.so

replay: setup
	@.ci/guests
	@"$$(swift build -c release --show-bin-path)/pollux" replay $(guests) Scenarios

explore: setup
	@swift build -c release --product pollux
	@"$$(swift build -c release --show-bin-path)/pollux" explore --declared Scenarios

test: setup
	@swift test

sanitize: setup
	@.ci/sanitizers

fuzz: setup
	@Tests/Fuzz/run

gate: setup
	@.ci/gate

setup:
	@.ci/setup

format:
	@swift format format --in-place --parallel --recursive $(swift)

lint:
	@swift format lint --strict --parallel --recursive $(swift)

wasm:
	@.ci/embedded-wasm

mutants: setup
	@.ci/mutants

bench: setup
	@cd Benchmarks && swift package --allow-writing-to-package-directory benchmark \
		baseline update bench --target PolluxBenchmarks --no-progress
	@cd Benchmarks && swift run -c release lateness > .build/lateness.txt
	@Benchmarks/table

bench-parity: setup
	@Benchmarks/Parity/run

soak: setup
	@swift build -c release --package-path Benchmarks --product soak
	@"$$(swift build -c release --package-path Benchmarks --show-bin-path)/soak" $(SOAK)

PREFIX ?= /usr/local

install: setup
	@.ci/install "$(PREFIX)"

clean:
	@swift package clean

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile
