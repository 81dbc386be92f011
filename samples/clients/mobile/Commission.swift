// A live estimate and a preview for an iPhone, by JSON: iOS 16 or later, nothing but Foundation and SwiftUI.
import Foundation
import SwiftUI

struct Money: Decodable {
    let currency: String
    /// Whole units, as text: JSON numbers do not hold 64 bits.
    let units: String
    let nanos: Int32

    /// Exact: binary floating point never touches money.
    var amount: Decimal { (Decimal(string: units) ?? 0) + Decimal(nanos) / 1_000_000_000 }

    var text: String { amount.formatted(.currency(code: currency)) }
}

struct Period: Decodable {
    let name: String
}

struct Estimate: Decodable {
    let name: String
    let statement: Period?
    let earned: Money
    let yearToDate: Money
}

struct EstimateUpdate: Decodable {
    let sequence: String
    let conflated: String
    /// None in a heartbeat.
    let estimate: Estimate?
}

struct Preview: Decodable {
    let earned: Money
    let plan: String
}

/// What the server refused: google.rpc.Status.
struct Refused: Decodable, LocalizedError {
    let message: String
    var errorDescription: String? { message }
}

struct Commission {
    let server: URL
    /// Asked for before each call, so that it is a fresh one.
    let token: @Sendable () async throws -> String

    /// What a deal would pay a payee. Changes nothing.
    func preview(rep: String, units: Int64, currency: String) async throws -> Preview {
        var request = try await request("v1/reps/\(rep)/preview")
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "content-type")
        request.httpBody = try JSONSerialization.data(withJSONObject: [
            "deal": ["amount": ["currency": currency, "units": String(units)]],
        ])
        let (data, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw try JSONDecoder().decode(Refused.self, from: data)
        }
        return try JSONDecoder().decode(Preview.self, from: data)
    }

    /// The estimate now and after every change; connects again by itself, and goes on where it was.
    func watch(rep: String) -> AsyncThrowingStream<EstimateUpdate, Error> {
        AsyncThrowingStream { stream in
            let following = Task {
                var since = "0"
                while !Task.isCancelled {
                    do {
                        try await follow(rep: rep, since: &since) { stream.yield($0) }
                    } catch is URLError {
                        // The network or the server is gone: try again.
                    } catch {
                        stream.finish(throwing: error)
                        return
                    }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            stream.onTermination = { _ in following.cancel() }
        }
    }

    /// One connection, until it ends; `since` is the sequence seen last.
    private func follow(rep: String, since: inout String, show: (EstimateUpdate) -> Void) async throws {
        let request = try await request("v1/reps/\(rep)/watch?since=\(since)")
        let (bytes, response) = try await URLSession.shared.bytes(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        for try await line in bytes.lines {
            let data = Data(line.utf8)
            guard status == 200 else {
                if status >= 500 || status == 429 { return }
                throw try JSONDecoder().decode(Refused.self, from: data)
            }
            // A line of another shape says why the stream ends; if that is for good, the next connection is refused.
            guard let update = try? JSONDecoder().decode(EstimateUpdate.self, from: data) else { return }
            since = update.sequence
            if update.estimate != nil { show(update) }
        }
    }

    private func request(_ path: String) async throws -> URLRequest {
        guard let url = URL(string: path, relativeTo: server) else { throw URLError(.badURL) }
        var request = URLRequest(url: url, timeoutInterval: 60)
        request.setValue("Bearer \(try await token())", forHTTPHeaderField: "authorization")
        return request
    }
}

/// "What have I earned, and what does this deal pay me?"
struct CommissionView: View {
    let commission: Commission
    let rep: String
    @State private var estimate: Estimate?
    @State private var amount: Int64 = 0
    @State private var pays: String?
    @State private var problem: String?

    var body: some View {
        Form {
            if let estimate {
                LabeledContent("Earned in \(estimate.statement?.name ?? "")", value: estimate.earned.text)
                LabeledContent("This year", value: estimate.yearToDate.text)
            }
            TextField("Deal", value: $amount, format: .number)
            Button("What would it pay me?") { Task { await preview() } }
            if let pays { Text(pays) }
            if let problem { Text(problem).foregroundStyle(.red) }
        }
        .task {
            do {
                for try await update in commission.watch(rep: rep) { estimate = update.estimate }
            } catch {
                problem = error.localizedDescription
            }
        }
    }

    private func preview() async {
        do {
            let answer = try await commission.preview(rep: rep, units: amount, currency: "USD")
            (pays, problem) = ("It pays \(answer.earned.text).", nil)
        } catch {
            problem = error.localizedDescription
        }
    }
}
