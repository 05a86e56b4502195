// DNS: wasi:sockets/ip-name-lookup.

extension Rule {
    static let dns = [
        Rule(
            "DNS-01",
            "A look-up that the policy denies is a permanent failure, and where none is allowed so is an address."
        ),
        Rule("DNS-02", "What cannot be a name is invalid."),
        Rule("DNS-03", "An address is its own answer, without any network."),
        Rule("DNS-04", "Addresses as URLs have them are addresses in wasmtime (`rules`)."),
        Rule("DNS-05", "A name beyond ASCII is looked up in Punycode."),
        Rule("DNS-06", "The name localhost resolves."),
        Rule("DNS-07", "A look-up returns at once and goes on by itself."),
        Rule("DNS-08", "An address that is not there yet would block."),
        Rule("DNS-09", "Addresses come in the resolver's order, and then none for ever."),
        Rule("DNS-10", "A name without addresses says so at every call."),
        Rule("DNS-11", "A mapped address is delivered as IPv4."),
        Rule("DNS-12", "A look-up is ready once the answer is there, and stays so."),
        Rule("DNS-13", "A look-up with a live pollable cannot be dropped."),
        Rule("DNS-14", "A look-up under way can be dropped, and nobody waits for it."),
        Rule("DNS-15", "Addresses of both families come in one list."),
    ]
}
