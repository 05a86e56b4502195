// The verb that makes this executable a worker of another process of it. Nobody types it.

import ArgumentParser
import PolluxWorker

struct WorkerProcess: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: WorkerMain.verb, abstract: "Play a library's runs for another process.",
        shouldDisplay: false)

    @Argument var path: String
    @Argument var symbol: String
    @Argument var isolation: Isolation

    func run() { WorkerMain.run(path: path, symbol: symbol, isolation: isolation) }
}
