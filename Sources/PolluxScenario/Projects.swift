// The `pollux.yaml` of each of many scenario files.

/// The projects of the files that somebody reads, each read once.
///
/// It knows no file system: it is told what there is, and what stands in a file.
public struct Projects {
    private var known: [String: Result<Project, Diagnostic>] = [:]
    private let exists: (String) -> Bool
    private let read: (String) -> [UInt8]?
    private let shown: (String) -> String

    /// No project so far; all paths below are from the root of the file system on.
    /// - Parameters:
    ///   - exists: whether there is something at a path.
    ///   - read: the bytes of a file; `nil` where it cannot be read, which is as one that is empty.
    ///   - shown: how people call a file.
    public init(
        exists: @escaping (String) -> Bool, read: @escaping (String) -> [UInt8]?,
        shown: @escaping (String) -> String
    ) {
        (self.exists, self.read, self.shown) = (exists, read, shown)
    }

    /// The project of a scenario's file, where it has one; what is wrong with it is thrown each time.
    public mutating func project(of file: String) throws(Diagnostic) -> Project? {
        guard let path = Project.path(governing: file, where: exists) else { return nil }
        if let project = known[path] { return try project.get() }
        let project = Result { () throws(Diagnostic) in
            var project = try Project.parse(path: shown(path), bytes: read(path) ?? [])
            project.folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            return project
        }
        known[path] = project
        return try project.get()
    }
}
