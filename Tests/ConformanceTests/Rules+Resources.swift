// RES: handles, ownership and the canonical ABI.

extension Rule {
    private static let noOwnParameter = Status.open(
        "no import offered yet takes an own parameter; wasi:http has them")

    static let resources = [
        Rule("RES-01", "The handle 0 is never valid: it is never handed out, and using it traps."),
        Rule(
            "RES-02",
            """
            A number that this guest's table never handed out traps, also one kept from an earlier \
            guest of the process.
            """),
        Rule("RES-03", "A live handle of another resource type than the call takes traps."),
        Rule(
            "RES-04",
            """
            By default a new resource gets the number freed last, or the next new one where none \
            is free.
            """),
        Rule(
            "RES-05",
            "Resources of all types share one table, so no two live ones share a number."),
        Rule("RES-06", "Numbers end at 2^28-1; where none is left, the allocation traps."),
        Rule(
            "RES-07",
            "A drop frees the handle's entry at once, before anything that the drop sets off."),
        Rule(
            "RES-08",
            """
            A second drop of a handle traps, unless its number has been given to a new resource, \
            which it then drops.
            """),
        Rule(
            "RES-09",
            "A handle that is lent to a call in progress can be neither dropped nor given away."),
        Rule(
            "RES-10",
            """
            An own argument leaves the guest's table when the call begins, whatever the call \
            returns.
            """,
            noOwnParameter),
        Rule(
            "RES-11", "A borrow passed where a call takes ownership traps.",
            .open("guests hold no borrows yet, and no import offered yet takes an own parameter")),
        Rule(
            "RES-12", "One handle as two own arguments of a call traps at the second.",
            noOwnParameter),
        Rule(
            "RES-13",
            """
            One handle may be borrowed several times by one call; every lending ends with the \
            call.
            """),
        Rule("RES-14", "A returned own is a new live handle in the guest's table."),
        Rule(
            "RES-15", "An export that returns while it still holds borrows it was given traps.",
            .notApplicable("no export of a WASI 0.2 world takes a borrow")),
        Rule(
            "RES-16",
            """
            A trap ends its guest for good, every later call of it is refused, and no other guest \
            notices.
            """),
        Rule(
            "RES-17",
            "An import called from inside the guest's `cabi_realloc` traps, and only then."),
        Rule(
            "RES-18",
            """
            A list at an address that is not aligned traps even when empty; otherwise an empty \
            list is not read.
            """),
        Rule("RES-19", "A list of more than 2^28-1 bytes traps before it is read."),
        Rule(
            "RES-20", "A string argument that is not valid UTF-8 traps."),
        Rule(
            "RES-21", "An enum, variant, option or result argument with an unknown case traps."),
        Rule(
            "RES-22",
            """
            A result of more than one flat value comes back through a return area in the canonical \
            layout.
            """),
        Rule(
            "RES-23",
            "Dropping a stream whose pollables are alive traps; once they are gone it may go."),
        Rule(
            "RES-24",
            """
            A resource that is not counted as a child outlives the one it came from, and still \
            works.
            """,
            .open("shown for errors and accepted sockets; the other pairs come with wasi:http")),
        Rule(
            "RES-25",
            "Giving a resource with live children away by an own argument traps, as its drop does.",
            noOwnParameter),
        Rule(
            "RES-26",
            """
            Of the two legal answers to the drop of a parent Pollux gives the trap, which takes \
            neither parent nor child.
            """),
        Rule(
            "RES-27",
            "Dropping pollables first, then streams, then what they came from never traps."),
        Rule(
            "RES-28",
            "More live resources than the host's limit trap; what was dropped does not count."),
        Rule(
            "RES-29", "Engines number resources a second time inside, which shows in poll's order.",
            .notApplicable("Pollux has one table, and a clock pollable takes one place of it")),
        Rule(
            "RES-30", "An engine may trap where the copies of a call's arguments exceed a budget.",
            .notApplicable("arguments are read in place; RES-19 bounds them")),
        Rule(
            "RES-31",
            """
            A drop may wait, abort what is in progress, or lose data, as the resource's own rows \
            say.
            """,
            .open("no resource offered yet has such a drop")),
        Rule(
            "RES-32", "Each call of `instance-network` gives a fresh handle of equal rights."),
    ]
}
