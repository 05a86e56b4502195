"""Runs the guest of parity on Pollux and in wasmtime, row by row in turn, and prints both columns."""
import argparse
import importlib.metadata
import json
import os
import subprocess
from pathlib import Path
from statistics import median

import wasmtime
from wasmtime import component

# As in ParityGuest.h.
READY_LATCHED, READY_TIMER, READY_SOURCE, SUBSCRIBE, POLL = range(5)

ROWS = [
    ("ready: latched", READY_LATCHED, 0),
    ("ready: pending timer", READY_TIMER, 0),
    ("ready: pending source", READY_SOURCE, 0),
    ("subscribe and drop", SUBSCRIBE, 0),
    *[(f"poll: {size}", POLL, size) for size in [1, 10, 100, 1_000, 10_000]],
]

# Each row is measured so often on either side, so many samples at a time; the median counts. Samples
# are short, so that most get a core for themselves.
TURNS, SAMPLES = 5, 9
TIMER_ROUNDS = 20


class Native:
    """The guest on Pollux: a process for each question."""

    def __init__(self, path):
        self.path = path

    def ask(self, *words):
        text = subprocess.run(
            [self.path, *map(str, words)], check=True, capture_output=True, text=True,
            stdin=0).stdout
        return [int(line) for line in text.split()]

    def measure(self, row, size):
        return self.ask("measure", row, size, SAMPLES)

    def lateness(self):
        return self.ask("lateness", TIMER_ROUNDS)


class Wasm:
    """The guest in wasmtime: one instance."""

    def __init__(self, path):
        engine = wasmtime.Engine()
        self.store = wasmtime.Store(engine)
        wasi = wasmtime.WasiConfig()
        wasi.inherit_stdin()
        self.store.set_wasi(wasi)
        linker = component.Linker(engine)
        linker.add_wasip2()
        self.instance = linker.instantiate(
            self.store, component.Component(engine, make_component(path.read_bytes())))

    def call(self, name, *arguments):
        function = self.instance.get_func(self.store, name)
        result = function(self.store, *arguments)
        function.post_return(self.store)
        return result

    def measure(self, row, size):
        return [self.call("measure", row, size) for _ in range(SAMPLES)]

    def lateness(self):
        self.call("run-timers", TIMER_ROUNDS)
        return [self.call("lateness", 500), self.call("lateness", 990)]


def make_component(module):
    """component.wat with `module` for the payload of its first core module (section 1)."""
    text = (Path(__file__).parent / "component.wat").read_text()
    binary = bytes(wasmtime.wat2wasm(text))
    at = 8
    while at < len(binary):
        section = binary[at]
        size, start = leb(binary, at + 1)
        if section == 1:
            head, tail = binary[:at], binary[start + size:]
            return head + b"\x01" + to_leb(len(module)) + module + tail
        at = start + size
    raise ValueError("component.wat has no core module")


def leb(binary, at):
    """An unsigned LEB128 number and the place behind it."""
    number = shift = 0
    while True:
        byte = binary[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def to_leb(number):
    out = bytearray()
    while True:
        byte = number & 127
        number >>= 7
        out.append(byte | (128 if number else 0))
        if not number:
            return bytes(out)


def main():
    parser = argparse.ArgumentParser()
    for option in ["--native", "--guest", "--out"]:
        parser.add_argument(option, type=Path, required=True)
    options = parser.parse_args()

    # Standard input of both: a pipe to which nobody writes.
    reader, _writer = os.pipe()
    os.dup2(reader, 0)

    native, wasm = Native(options.native.resolve()), Wasm(options.guest)
    pollux, other = {}, {}
    row_format = "{:<24}{:>14}{:>14}{:>10}"
    print("ns; one guest in C on both")
    print(row_format.format("", "Pollux", "wasmtime", "ratio"))

    def keep(name, ours, theirs):
        pollux[name], other[name] = ours, theirs
        print(row_format.format(
            name, f"{ours:,.1f}", f"{theirs:,.1f}", f"{theirs / ours:,.1f}"), flush=True)

    for name, row, size in ROWS:
        ours, theirs = [], []
        for _ in range(TURNS):
            ours += native.measure(row, size)
            theirs += wasm.measure(row, size)
        # Samples are in ps.
        keep(name, median(ours) / 1_000, median(theirs) / 1_000)

    turns = [(native.lateness(), wasm.lateness()) for _ in range(TURNS)]
    for place, name in enumerate(["lateness: p50", "lateness: p99"]):
        keep(name, *[median(turn[side][place] for turn in turns) for side in range(2)])

    options.out.write_text(json.dumps({
        "version": importlib.metadata.version("wasmtime"), "pollux": pollux, "wasmtime": other}))


main()
