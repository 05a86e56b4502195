// Asks servers, all at once, and prints what comes back in the order in which it does:
// `swift run http-client http://127.0.0.1:8080/ http://127.0.0.1:8080/other`.

import Foundation
import HTTPTypes
import HTTPTypesFoundation
import WASIAsyncRuntime
import WASIHTTPClient
import WASIp2

@main
struct HTTPClient {
    static func main() {
        let urls = Environment.arguments().dropFirst().compactMap { URL(string: $0) }
        guard !urls.isEmpty, urls.allSatisfy({ ["http", "https"].contains($0.scheme) }) else {
            print("usage: http-client http[s]://HOST[:PORT][/PATH]…")
            exit(success: false)
        }
        let isComplete = blockOn { await fetch(urls) }
        if !isComplete { exit(success: false) }
    }

    /// Prints the status of each response and how long its body is; whether all came.
    static func fetch(_ urls: [URL]) async -> Bool {
        await withTaskGroup(of: (url: URL, Result<String, any Error>).self) { group in
            for url in urls {
                group.addTask {
                    do {
                        // On a line of its own: Swift 6.3.1, optimised, loses a pair around an await.
                        let text = try await fetch(url)
                        return (url, .success(text))
                    } catch {
                        return (url, .failure(error))
                    }
                }
            }
            var isComplete = true
            for await (url, result) in group {
                switch result {
                case .success(let text): print("\(url): \(text)")
                case .failure(let error):
                    print("\(url): \(error)")
                    isComplete = false
                }
            }
            return isComplete
        }
    }

    static func fetch(_ url: URL) async throws -> String {
        let client = Client(timeouts: .init(connect: .seconds(10), firstByte: .seconds(30)))
        let response = try await client.send(HTTPRequest(url: url))
        var count = 0
        for try await chunk in response.body { count += chunk.count }
        return "\(response.status.code), \(count) bytes"
    }
}
