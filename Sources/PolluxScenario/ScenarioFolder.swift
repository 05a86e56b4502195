// Finding scenario files below a directory.

import Glibc

/// What there is of scenarios below a directory.
package enum ScenarioFolder {
    /// A file that looks like a scenario, or a directory that cannot be read.
    package struct Entry: Equatable {
        /// Below the directory; nothing for the directory itself.
        package var path: String
        /// Why the directory cannot be read, in the system's words; `nil` for a file.
        package var reason: String?

        package init(path: String, reason: String? = nil) {
            (self.path, self.reason) = (path, reason)
        }
    }

    /// A name in a directory.
    package struct Name {
        package enum Kind {
            case file
            case directory
            /// A link to a directory, which is not entered: it may lead back.
            case linkToDirectory
        }
        package var text: String
        package var kind: Kind

        package init(_ text: String, _ kind: Kind) { (self.text, self.kind) = (text, kind) }
    }

    /// Why a directory cannot be read, in the system's words.
    package struct Unreadable: Error {
        package var reason: String

        package init(_ reason: String) { self.reason = reason }
    }

    /// The `.yaml` and `.yml` files below a directory, by path, and among them what cannot be read there.
    ///
    /// What is hidden (an editor's locks, a build's checkouts) is nobody's scenario, and a project's file is
    /// none.
    /// - Parameter list: what gives the names in a directory.
    package static func entries(
        below root: String, listing list: (String) throws(Unreadable) -> [Name] = names
    ) -> [Entry] {
        var entries: [Entry] = []
        var folders = [""]
        while let folder = folders.popLast() {
            do throws(Unreadable) {
                for name in try list(folder.isEmpty ? root : joined(root, folder)) {
                    if name.text.hasPrefix(".") { continue }
                    let path = folder.isEmpty ? name.text : joined(folder, name.text)
                    switch name.kind {
                    case .directory: folders.append(path)
                    case .file where isScenario(name.text): entries.append(Entry(path: path))
                    case .file, .linkToDirectory: break
                    }
                }
            } catch {
                entries.append(Entry(path: folder, reason: "cannot be read: \(error.reason)"))
            }
        }
        return entries.sorted { $0.path < $1.path }
    }

    /// A path below another one.
    package static func joined(_ path: String, _ name: String) -> String {
        path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    }

    private static func isScenario(_ name: String) -> Bool {
        (name.hasSuffix(".yaml") || name.hasSuffix(".yml")) && name != Project.fileName
    }

    /// The names in a directory of the disk.
    package static func names(in path: String) throws(Unreadable) -> [Name] {
        guard let stream = unsafe opendir(path) else { throw Unreadable(reason(of: errno)) }
        defer { unsafe closedir(stream) }
        var names: [Name] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw Unreadable(reason(of: errno)) }
                return names
            }
            let text = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(Name(text, kind(of: joined(path, text))))
        }
    }

    private static func kind(of path: String) -> Name.Kind {
        var status = stat()
        // What cannot be looked at is told when it is read.
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return .file
        }
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else {
            return .directory
        }
        return .linkToDirectory
    }

    private static func reason(of error: Int32) -> String {
        unsafe String(cString: strerror(error))
    }
}
