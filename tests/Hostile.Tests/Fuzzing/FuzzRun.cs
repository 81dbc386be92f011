using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Commission.Hostile.Tests.Fuzzing;

/// <summary>Sends inputs of all families, many at a time, and counts what comes of them.</summary>
/// <param name="seed">One seed, the same inputs.</param>
/// <param name="families">What is sent.</param>
/// <param name="look">What the server is at, for who has to find out why it did not answer.</param>
internal sealed class FuzzRun(int seed, IReadOnlyList<IFamily> families, Func<Task<string>> look)
{
    private const int AtATime = 32;
    private const int MostFaults = 20;
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Family, string Answer), int> _counts = new();

    /// <summary>What should not have been, with what is needed to do it again.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Sends the inputs with these numbers.</summary>
    public Task SendAsync(int first, int count) => Parallel.ForAsync(
        first,
        first + count,
        new ParallelOptions { MaxDegreeOfParallelism = AtATime },
        async (number, _) => await SendAsync(number));

    /// <summary>The counts, as lines.</summary>
    public string Report()
    {
        var lines = new StringBuilder();
        var groups = _counts.GroupBy(count => count.Key.Family).OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var family in groups)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{family.Key}: {family.Sum(count => count.Value):N0} (");
            lines.AppendJoin(", ", family.OrderByDescending(count => count.Value)
                .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key.Answer} {count.Value:N0}")));
            lines.AppendLine(")");
        }

        return lines.ToString();
    }

    private async Task SendAsync(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) ^ (number * 7_919)));
        var family = PickFamily(random);
        var note = new Note();
        using var patience = new CancellationTokenSource(LongPatience);
        Outcome outcome;
        try
        {
            outcome = await family.RunAsync(random, note, patience.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            outcome = OfTransport(failure);
        }
        catch (OperationCanceledException)
        {
            outcome = new("no answer", $"There was no answer within {LongPatience}. {await look()}");
        }

        _counts.AddOrUpdate((family.Name, outcome.Answer), 1, (_, count) => count + 1);
        if (outcome.Fault is { } fault && Faults.Count < MostFaults)
        {
            Faults.Enqueue($"Input {number} of seed {seed}, {family.Name}: {fault}\n  {note.Text}");
        }
    }

    private IFamily PickFamily(Random random)
    {
        var at = random.Next(families.Sum(family => family.Weight));
        return families.First(family => (at -= family.Weight) < 0);
    }

    /// <summary>A stream may be reset by the server, but not for an error of its own.</summary>
    private static Outcome OfTransport(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
            {
                const long internalError = 2;
                return new(
                    $"reset {protocol.ErrorCode}",
                    protocol.ErrorCode == internalError ? $"The stream was reset: {protocol.Message}" : null);
            }
        }

        return failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? new("not connected", $"The server takes no connection: {failure.Message}")
            : new("connection closed");
    }
}
