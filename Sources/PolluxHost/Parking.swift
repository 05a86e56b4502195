// Pollables that no poll has to look at until the world tells of them.
//
// A server's list holds a thousand streams of which one has something to say. In a world that tells which
// sources have become ready, a pollable that was found unready and waited for is parked: its place in the
// table says "never", which a poll passes by. It is looked at again once the world tells of its source, or
// the guest does anything with its stream; a read that has taken all there was parks it anew, or the next
// poll would look at each stream that has just been read.
//
// Only a host that logs nothing and chooses nothing parks; what it answers is the same.

/// Which pollable is parked on which source: at most one on each.
struct Parking {
    /// By a source's number the place in the table of the pollable that was parked on it last, or -1. What
    /// is here may have been dropped since, or its place be another's: to unpark that one costs it a look.
    private var places: ContiguousArray<Int32> = []

    /// Whether anything has ever been parked.
    var isInUse: Bool { !places.isEmpty }

    /// Who is parked on the source, or was last.
    @inline(__always)
    func place(on source: SourceID) -> Int? {
        let number = Int(source.index)
        guard number < places.count, places[number] >= 0 else { return nil }
        return Int(places[number])
    }

    mutating func park(_ place: Int, on source: SourceID) {
        let number = Int(source.index)
        while places.count <= number { places.append(-1) }
        places[number] = Int32(truncatingIfNeeded: place)
    }
}

extension WASIHost {
    /// Whether this host parks pollables.
    var parks: Bool { isPlain && mayPark }

    /// After a wait: parks the pollables that it was for and whose sources it did not make ready. Those
    /// are armed in the driver, which will tell.
    func parkWhatWasWaitedFor() {
        for (place, source) in parkable {
            if !driver.tellsOf(source) { continue }
            if let other = parking.place(on: source), table.isParked(other) { continue }
            table.park(place)
            parking.park(place, on: source)
        }
    }

    /// The world has moved: lets polls look again at what the driver tells of.
    func unparkWhatFired() {
        driver.takeFired { source in unpark(source) }
    }

    /// Something other than the world may have changed what a pollable of this source says.
    @inline(__always)
    func unpark(_ source: SourceID) {
        guard let place = parking.place(on: source) else { return }
        table.unpark(place)
    }

    /// After a read: parks the stream's pollable anew, where nothing is left to read and the world will
    /// tell of more.
    func parkAnew(_ stream: Int) {
        guard parking.isInUse, parks, let source = inputs.end(stream).ownSource,
            let place = parking.place(on: source), !inputs[stream].state.isReady,
            driver.tellsOf(source), table.isPollable(place, ofInput: stream)
        else { return }
        table.park(place)
    }
}
