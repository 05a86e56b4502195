// HTTP: wasi:http/types and outgoing-handler.

extension Rule {
    static let httpFields = [
        Rule("HTTP-01", "A field is found by its name in any case."),
        Rule(
            "HTTP-02",
            "Names keep their case by the text, and are in lower case in wasmtime (`rules`)."
        ),
        Rule(
            "HTTP-03",
            "All values of a name are there in order, in wasmtime beside each other (`rules`)."),
        Rule("HTTP-04", "Fields that the guest makes, and clones of any, can be changed."),
        Rule("HTTP-05", "The first bad entry of a list is its error, and no fields come of it."),
        Rule("HTTP-06", "A name that is no token is invalid."),
        Rule("HTTP-07", "A value with control characters is invalid."),
        Rule(
            "HTTP-08", "A content-length is digits that a u64 can count, and loses leading zeros."),
        Rule("HTTP-09", "A name that is the host's own is forbidden, in any case."),
        Rule("HTTP-10", "Fields of a message cannot be changed."),
        Rule("HTTP-11", "Of several faults each call tells the first in an order of its own."),
        Rule("HTTP-12", "A name that is absent, or cannot be one, has no values."),
        Rule("HTTP-13", "An empty value is a value."),
        Rule("HTTP-14", "Setting no values takes the name out."),
        Rule("HTTP-15", "Deleting a name that is absent is fine."),
        Rule("HTTP-16", "Fields beyond the limit trap."),
        Rule(
            "HTTP-17", "A request consumes its headers, and gives new, immutable handles of them."),
        Rule("HTTP-18", "Headers and trailers that came are immutable."),
        Rule("HTTP-19", "What came lacks forbidden names, and no limit holds for it."),
    ]

    static let httpRequests = [
        Rule("HTTP-20", "A fresh request is a GET without scheme, authority and path."),
        Rule("HTTP-21", "What is no token is no method, and the one before stays."),
        Rule("HTTP-22", "What is no scheme is refused, and one that nobody speaks is not."),
        Rule("HTTP-23", "What is no authority is refused."),
        Rule("HTTP-24", "Names, addresses and ports are an authority, and none is fine."),
        Rule("HTTP-25", "What is no path is refused."),
        Rule("HTTP-26", "A request's body can be taken once."),
        Rule("HTTP-27", "A request that was sent is gone, and its body had to be taken before."),
        Rule("HTTP-28", "Each timeout of the options is what was set, or none."),
        Rule("HTTP-29", "Without options each timeout is 600 s."),
        Rule("HTTP-30", "A request without a scheme goes over TLS."),
        Rule("HTTP-31", "A scheme that is not HTTP's is an error of the call."),
        Rule("HTTP-32", "A missing authority is an error of the call."),
        Rule("HTTP-33", "A missing path is an error of the call, by a code of the `rules`."),
        Rule("HTTP-34", "Request and options are consumed even by a call that fails."),
        Rule("HTTP-35", "A request whose body was never taken has none."),
        Rule("HTTP-36", "The call does not wait, and what goes out is what the guest set."),
        Rule("HTTP-37", "The head goes out at once, and the body as it is written."),
        Rule("HTTP-38", "A CONNECT fails in its future."),
        Rule("HTTP-39", "A request that the policy denies fails in its future."),
    ]

    static let httpResponses = [
        Rule("HTTP-40", "A response that is not there is pending."),
        Rule(
            "HTTP-41",
            "In wasmtime only the pollable finds out that the response is there (`rules`)."),
        Rule("HTTP-42", "After a block on its pollable the response is there."),
        Rule("HTTP-43", "The response, or the reason that there is none, comes once."),
        Rule("HTTP-44", "A response that was taken is told so from then on."),
        Rule("HTTP-45", "The pollable is ready once the response is there, and stays so."),
        Rule("HTTP-46", "Dropping a future whose response was not taken cuts the request off."),
        Rule("HTTP-47", "A response outlives its future."),
        Rule("HTTP-48", "Headers of a response are new handles, which may outlive it."),
        Rule("HTTP-49", "A response's body can be taken once."),
        Rule("HTTP-50", "A body outlives its response."),
        Rule("HTTP-51", "A body's stream can be taken once."),
        Rule("HTTP-52", "A body whose stream lives can be neither dropped nor finished."),
        Rule("HTTP-53", "A read brings bytes of one frame, nothing, the end, or a failure once."),
        Rule("HTTP-54", "A failure of a body has its code."),
        Rule("HTTP-55", "Dropping a body that was not read to its end cuts the connection."),
        Rule("HTTP-56", "Finishing a body throws the rest away, for the trailers."),
        Rule("HTTP-57", "Trailers come as a response does, and may be none."),
        Rule(
            "HTTP-58",
            "After a failure that the stream told, wasmtime has no trailers, and the text the failure (`rules`)."
        ),
        Rule("HTTP-59", "Trailers lack forbidden names, and outlive their future."),
        Rule("HTTP-60", "A body shorter than content-length fails."),
        Rule("HTTP-61", "A connection that takes too long is a connection-timeout."),
        Rule("HTTP-62", "A head that takes too long from the connection on is a read timeout."),
        Rule("HTTP-63", "A body that pauses too long fails, unless something of it is there."),
        Rule("HTTP-64", "A name that cannot be looked up is a DNS-error."),
        Rule("HTTP-65", "A connection that does not come about is refused."),
        Rule("HTTP-66", "What TLS says against a server is an error of its own."),
        Rule("HTTP-67", "A malformed response is a protocol error."),
        Rule("HTTP-68", "Every code comes to the guest with what it carries."),
    ]

    static let httpBodies = [
        Rule("HTTP-70", "A body's stream can be taken once."),
        Rule("HTTP-71", "A body whose stream lives can be neither dropped nor finished."),
        Rule("HTTP-72", "A body shorter than content-length cannot be finished, and is broken."),
        Rule("HTTP-73", "A write beyond content-length fails, and so does the finish."),
        Rule("HTTP-74", "Without content-length any body can be finished."),
        Rule("HTTP-75", "Trailers are consumed, and go out where the framing allows it."),
        Rule("HTTP-76", "A body that is dropped without an end is seen broken."),
        Rule("HTTP-77", "A body may be written and finished before its request is sent."),
        Rule("HTTP-78", "Two writes wait for the transport, and then there is no permit."),
        Rule(
            "HTTP-79",
            "The second blocking write to a body whose request is not sent never returns."),
        Rule("HTTP-80", "A flush of a body is no reason to wait."),
        Rule("HTTP-81", "A body that nobody reads any more is closed."),
        Rule("HTTP-82", "A request that is dropped closes its body."),
    ]

    private static let serving = Status.notApplicable("Pollux does not serve")

    static let httpServing = [
        Rule("HTTP-85", "A request that comes in has a scheme and an authority.", serving),
        Rule("HTTP-86", "A fresh response is a 200 with an empty body.", serving),
        Rule("HTTP-87", "A status beyond 100 to 999 is refused.", serving),
        Rule("HTTP-88", "Setting the response consumes it.", serving),
        Rule("HTTP-89", "A response that is never set is a 500.", serving),
        Rule("HTTP-90", "Setting a response for nobody is fine.", serving),
        Rule("HTTP-91", "A handler goes on after it set the response.", serving),
        Rule("HTTP-92", "A response that is not finished is truncated.", serving),
        Rule("HTTP-93", "Informational responses cannot be sent.", serving),
        Rule("HTTP-94", "What handlers print does not mix.", serving),
        Rule("HTTP-95", "A handler that never ends may be ended.", serving),
    ]
}
