// Wrong clients of HTTP in generated programs: what such a program claims of its requests, they do not give.

import PolluxScenario
import ScenarioGuest
import Testing
import WASIReactor

@testable import ScenarioHTTPGuest

/// The client of the shipped guest, whose answers a mistake changes on their way.
private final class WrongClient: StepClient {
    typealias Wait = LocalGuest.Wait

    enum Mistake: CaseIterable {
        case losesTheTrailers, takesABreakForTheEnd, losesTheFields
    }

    private let client: LocalClient
    private let mistake: Mistake

    init(_ client: LocalClient, _ mistake: Mistake) {
        (self.client, self.mistake) = (client, mistake)
    }

    /// The guest with this mistake.
    static func guest(_ mistake: Mistake) -> GuestProgram {
        GuestProgram(name: "wrong") {
            LocalGuest.run { WrongClient(LocalClient(on: $0), mistake) }
        }
    }

    func fetch(
        _ request: StepRequest, _ keep: @escaping (any StepResponse<Wait>) -> Void
    ) -> Wait {
        let fetch = client.fetch(request) { [mistake] in keep(WrongResponse($0, mistake)) }
        return .box(fetch) { [mistake] outcome in
            guard mistake == .losesTheFields, case .bytes(let lines) = outcome else {
                return outcome
            }
            return .bytes(lines.prefix { $0 != 0x0A } + [0x0A])
        }
    }
}

private final class WrongResponse: StepResponse {
    typealias Wait = LocalGuest.Wait
    private let response: any StepResponse<Wait>
    private let mistake: WrongClient.Mistake

    init(_ response: any StepResponse<Wait>, _ mistake: WrongClient.Mistake) {
        (self.response, self.mistake) = (response, mistake)
    }

    func read(upTo count: Int) -> Wait {
        .box(response.read(upTo: count)) { [mistake] outcome in
            if mistake == .takesABreakForTheEnd, case .failed = outcome { .closed } else { outcome }
        }
    }

    func trailers() -> Wait {
        .box(response.trailers()) { [mistake] outcome in
            mistake == .losesTheTrailers ? .none : outcome
        }
    }
}

struct FuzzerHTTPTests {
    @Test(arguments: WrongClient.Mistake.allCases)
    private func `a wrong client of HTTP is found without a scenario that was written for it`(
        mistake: WrongClient.Mistake
    ) {
        var found: FuzzFind?
        Fuzzer(guests: [WrongClient.guest(mistake)], seed: 1, runs: 20_000).run {
            found = $0
            return false
        }
        #expect(found?.objection == "value")
    }
}
