// Where in the guest a host call came from.

import Runtime

/// The frames of the guest below the import that it called.
enum GuestBacktrace {
    /// One line for each frame, innermost first: `  at name (file:line)`; nothing where the stack cannot
    /// be read. Takes some 10 ms: for a process that is about to end, or a log that somebody reads.
    static func lines() -> [String] {
        guard let trace = try? Backtrace.capture(limit: 64).symbolicated() else { return [] }
        let frames = trace.frames.map { ($0.symbol?.name ?? "", $0.symbol?.sourceLocation) }
        // The host's own frames end with the C symbol that the guest called.
        let seam = frames.lastIndex { isSeam($0.0) }.map { $0 + 1 } ?? 0
        return frames[seam...].prefix { $0.0 != "main" && !$0.0.hasSuffix(".$main()") }
            .filter { !$0.0.isEmpty }
            .map { name, location in
                guard let location, location.line > 0 else { return "  at \(name)" }
                let file = location.path.split(separator: "/").last ?? ""
                return "  at \(name) (\(file):\(location.line))"
            }
    }

    private static func isSeam(_ name: String) -> Bool {
        name.hasPrefix("__wasm_import_") || name.hasPrefix("wasip2_unreachable")
    }
}
