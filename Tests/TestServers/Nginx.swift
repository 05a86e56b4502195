// nginx, for what no script should imitate: TLS and HTTP/2.

import Foundation

/// An nginx on 127.0.0.1, with a configuration and certificates of its own in a folder of its own. It ends
/// with this object, or with the process.
public final class Nginx {
    /// Where it speaks HTTP/1.1 without TLS.
    public let plainPort: UInt16
    /// Where it speaks HTTP/2 and HTTP/1.1 over TLS.
    public let securePort: UInt16
    /// Where it speaks HTTP/1.1 alone over TLS.
    public let oldSecurePort: UInt16
    /// The certificate of the authority that has signed those for `localhost` and 127.0.0.1.
    public let authority: String
    /// What its server sees under `/files`.
    public let files: URL

    private let folder: URL
    private let shell: ChildProcess
    /// The other end of the shell's input.
    private let leash: FileHandle

    /// Whether it, and `openssl` for its certificates, are to be had here.
    public static let isInstalled = path(of: "nginx") != nil && path(of: "openssl") != nil

    /// Starts one; waits until it answers.
    public init() throws {
        let manager = FileManager.default
        folder = manager.temporaryDirectory.appending(path: "pollux-nginx-\(UUID().uuidString)")
        files = folder.appending(path: "www/files")
        try manager.createDirectory(at: files, withIntermediateDirectories: true)
        authority = folder.appending(path: "authority.pem").path
        try Self.makeCertificates(in: folder)
        for _ in 0..<10 {
            let ports = Self.freePorts(3)
            let configuration = Self.configuration(ports)
            try configuration.write(
                to: folder.appending(path: "nginx.conf"), atomically: true, encoding: .utf8)
            let (shell, leash) = try Self.start(in: folder)
            if Self.answers(ports, errors: folder.appending(path: "error.log")) {
                (self.shell, self.leash) = (shell, leash)
                (plainPort, securePort, oldSecurePort) = (ports[0], ports[1], ports[2])
                return
            }
            try leash.close()
            shell.wait()
        }
        let log = try? String(contentsOf: folder.appending(path: "error.log"), encoding: .utf8)
        throw NginxError.doesNotStart(log ?? "no log")
    }

    deinit {
        try? leash.close()
        shell.wait()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func configuration(_ ports: [UInt16]) -> String {
        let locations = """
            root www;
            location = /hello { return 200 "hello"; }
            location = /trailers { add_trailer X-Sum 5; try_files /hello.txt =404; }
            location = /close { keepalive_timeout 0; return 200 "bye"; }
            location = /denied { return 403 "no"; }
            location /files/ { dav_methods PUT DELETE; client_max_body_size 0; }
            """
        let tls = """
            ssl_certificate server.pem;
            ssl_certificate_key server.key;
            ssl_protocols TLSv1.2 TLSv1.3;
            """
        return """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log error.log;
            events { worker_connections 4096; }
            http {
                access_log off;
                client_body_temp_path temporary; proxy_temp_path temporary;
                fastcgi_temp_path temporary; uwsgi_temp_path temporary; scgi_temp_path temporary;
                keepalive_requests 1000000;
                add_header X-Protocol $server_protocol always;
                add_header X-Connection $connection always;
                server { listen 127.0.0.1:\(ports[0]) backlog=4096; \(locations) }
                server { listen 127.0.0.1:\(ports[1]) ssl http2; \(tls) \(locations) }
                server { listen 127.0.0.1:\(ports[2]) ssl; \(tls) \(locations) }
            }
            """
    }

    // MARK: Starting it

    /// The shell ends nginx when its own input does, which is when this process goes, however it goes. Threads
    /// of Swift's pass on most signals as blocked: so it is by SIGKILL, and the shell waits for nobody.
    private static func start(in folder: URL) throws -> (ChildProcess, FileHandle) {
        let script = """
            "$1" -p "$2/" -c nginx.conf -e error.log < /dev/null > /dev/null 2>&1 &
            read _
            kill -KILL $!
            """
        // No process that another test starts may inherit an end, or nginx would outlive this one.
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw NginxError.doesNotStart("no descriptors")
        }
        let leash = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let input = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        let shell = try ChildProcess(
            "/bin/sh", ["-c", script, "sh", path(of: "nginx") ?? "nginx", folder.path],
            in: folder, input: input.fileDescriptor)
        try input.close()
        return (shell, leash)
    }

    /// Whether it takes connections, before it says that it cannot.
    private static func answers(_ ports: [UInt16], errors: URL) -> Bool {
        for _ in 0..<6_000 {
            if ports.allSatisfy(takesConnections) { return true }
            let log = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            if log.contains("[emerg]") {
                try? FileManager.default.removeItem(at: errors)
                return false
            }
            pause(milliseconds: 10)
        }
        return false
    }

    private static func takesConnections(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Ports that were free a moment ago.
    private static func freePorts(_ count: Int) -> [UInt16] {
        var sockets: [(descriptor: Int32, port: UInt16)] = []
        for _ in 0..<count { sockets.append(ScriptedServer.bind()) }
        for socket in sockets { close(socket.descriptor) }
        return sockets.map(\.port)
    }

    // MARK: Certificates

    /// An authority, and a certificate by it for this machine's loopback.
    private static func makeCertificates(in folder: URL) throws {
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        let names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        try openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority"] + curve
                + ["-keyout", "authority.key", "-out", "authority.pem"], in: folder)
        try openssl(
            ["req", "-subj", "/CN=localhost"] + curve
                + ["-keyout", "server.key", "-out", "server.csr"], in: folder)
        try names.write(
            to: folder.appending(path: "names.txt"), atomically: true, encoding: .utf8)
        try openssl(
            [
                "x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey",
                "authority.key", "-CAcreateserial", "-days", "2", "-extfile", "names.txt", "-out",
                "server.pem",
            ], in: folder)
        try "hello".write(
            to: folder.appending(path: "www/hello.txt"), atomically: true, encoding: .utf8)
    }

    private static func openssl(_ arguments: [String], in folder: URL) throws {
        let process = try ChildProcess(path(of: "openssl") ?? "openssl", arguments, in: folder)
        guard process.wait() == 0 else {
            throw NginxError.noCertificate(arguments.joined(separator: " "))
        }
    }

    /// Where a program is; nginx often stands in a folder that only root looks into.
    private static func path(of program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin"])
            .map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// Why there is no nginx.
public enum NginxError: Error {
    /// What it says itself.
    case doesNotStart(String)
    /// The command that failed.
    case noCertificate(String)
}
