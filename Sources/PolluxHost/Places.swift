// What a host keeps behind handles, by place.

/// Things by place; the lowest free place is taken first.
struct Places<Element: AnyObject> {
    private var places: [Element?] = []
    private var firstFree = 0

    /// How many places there are, free ones included.
    var count: Int { places.count }

    /// What is at this place, if anything is.
    func element(at place: Int) -> Element? { places[place] }

    mutating func insert(_ element: Element) -> Int {
        while firstFree < places.count, places[firstFree] != nil { firstFree += 1 }
        if firstFree == places.count { places.append(nil) }
        places[firstFree] = element
        return firstFree
    }

    mutating func remove(_ place: Int) {
        places[place] = nil
        firstFree = min(firstFree, place)
    }

    /// Frees all places.
    mutating func removeAll() {
        if !places.isEmpty { self = Places() }
    }

    @inline(__always)
    subscript(place: Int) -> Element { places[place]! }
}
