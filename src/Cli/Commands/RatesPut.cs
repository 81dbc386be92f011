using Commission.Client;
using Commission.Client.Import;
using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Cli.Commands;

/// <summary>Sends rows of rates, many at a time, and adds up what became of them.</summary>
/// <param name="silo">Where to.</param>
/// <param name="source">Where the rates come from.</param>
/// <param name="time">For the pauses between questions.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class RatesPut(Server silo, string source, TimeProvider time, CancellationToken cancellationToken)
{
    private const int Batch = 2000;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(200);
    private readonly List<(long Line, string Text)> _problems = [];
    private PutRatesRequest? _taken;

    /// <summary>One result for each row of the file.</summary>
    public PutRatesReply Reply { get; } = new();

    /// <summary>What is wrong, and in which line.</summary>
    public IReadOnlyList<(long Line, string Text)> Problems => _problems;

    /// <summary>Sends them.</summary>
    /// <param name="rows">In any order.</param>
    /// <param name="wait">Whether to return only when payees are recomputed.</param>
    public async Task RunAsync(IEnumerable<RateRow> rows, bool wait)
    {
        foreach (var batch in rows.Chunk(Batch))
        {
            await SendAsync(batch);
        }

        while (wait && Reply.Recomputing > 0 && _taken is { } last)
        {
            // The same again changes nothing, and says how far it is.
            await Task.Delay(AskEvery, time, cancellationToken);
            Reply.Recomputing = (await silo.PutRatesAsync(last, cancellationToken)).Recomputing;
        }
    }

    private async Task SendAsync(RateRow[] batch)
    {
        var readable = Array.FindAll(batch, row => row.Problem is null);
        var request = new PutRatesRequest { Source = source, Rates = { readable.Select(row => row.Rate) } };
        var reply = readable.Length == 0 ? new PutRatesReply() : await PutAsync(request);
        var results = new Queue<PutRateResult>(reply.Results);
        foreach (var row in batch)
        {
            Add(row, row.Problem is { } problem ? Unreadable(problem) : results.Dequeue());
        }

        Reply.Recorded += reply.Recorded;
        Reply.Corrected += reply.Corrected;
        Reply.Repeats += reply.Repeats;
        Reply.Sequence = Math.Max(Reply.Sequence, reply.Sequence);
        Reply.Recomputing = Math.Max(Reply.Recomputing, reply.Recomputing);
        _taken = reply.Sequence > 0 ? request : _taken;
    }

    /// <summary>Where no row can be taken, all are refused as the reply would say it.</summary>
    private async Task<PutRatesReply> PutAsync(PutRatesRequest request)
    {
        try
        {
            return await silo.PutRatesAsync(request, cancellationToken);
        }
        catch (RpcFailure failure) when (failure.Status == Code.InvalidArgument && IsOfRows(failure))
        {
            var violations = failure.Detail<BadRequest>()!.FieldViolations;
            var reply = new PutRatesReply();
            for (var i = 0; i < request.Rates.Count; i++)
            {
                var result = new PutRateResult { Outcome = PutRateResult.Types.Outcome.Refused };
                result.Violations.AddRange(violations.Where(one => IsOf(one.Field, i)).Select(
                    one => new Violation { Reason = "INVALID_FIELD", Field = one.Field, Message = one.Description }));
                reply.Results.Add(result);
            }

            return reply;
        }
    }

    private static bool IsOfRows(RpcFailure failure) => failure.Detail<BadRequest>() is { FieldViolations: var all }
        && all.Any(one => one.Field.StartsWith("rates[", StringComparison.Ordinal));

    private static bool IsOf(string field, int row) =>
        field.StartsWith(FormattableString.Invariant($"rates[{row}]"), StringComparison.Ordinal);

    private static PutRateResult Unreadable(string problem) => new()
    {
        Outcome = PutRateResult.Types.Outcome.Refused,
        Violations = { new Violation { Reason = "INVALID_FIELD", Message = problem } },
    };

    private void Add(RateRow row, PutRateResult result)
    {
        foreach (var violation in result.Violations)
        {
            // Its place in what was sent is of no use to who has the file.
            var name = violation.Field[(violation.Field.LastIndexOf('.') + 1)..];
            violation.Field = FormattableString.Invariant($"rates[{Reply.Results.Count}]")
                + (name.Length > 0 ? $".{name}" : "");
            _problems.Add((row.Line, name.Length > 0 ? $"{name}: {violation.Message}" : violation.Message));
        }

        Reply.Refused += result.Outcome == PutRateResult.Types.Outcome.Refused ? 1 : 0;
        Reply.Results.Add(result);
    }
}
