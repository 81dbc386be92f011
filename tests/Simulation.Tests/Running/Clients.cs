using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Simulation.Tests.Model;
using Rep = Commission.Contracts.V1.Rep;
using Territory = Commission.Contracts.V1.Territory;

namespace Commission.Simulation.Tests.Running;

/// <summary>Calls as clients do: whatever says so is sent again, until it is answered.</summary>
internal sealed class Clients(Fleet fleet, Known known, TimeProvider clock, Random random, Trace trace)
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);
    private readonly List<string> _open = [];

    /// <summary>The calls that are not answered yet.</summary>
    public IEnumerable<string> Open => _open;

    /// <summary>Records an event, and checks the acknowledgement against all before.</summary>
    public async Task RecordAsync(RecordRequest request)
    {
        known.Sent(request);
        var answer = await InsistAsync(
            $"event {request.EventId}",
            process => process.ShardOf(request.Deal.Deal_).Record(Process.Tenant, request));
        if (answer.Value is not { } recorded)
        {
            throw new SimulationFailure($"Event {request.EventId} was refused: {answer.Refusals[0]}");
        }

        trace.Add($"event {request.EventId} of {request.Deal.Deal_} is {recorded.Position} {recorded.Repeat}");
        known.Acknowledged(request, recorded);
        if (random.Next(4) == 0)
        {
            await ReadOwnWriteAsync(request, recorded.Position);
        }

        if (random.Next(12) == 0)
        {
            await ReuseAsync(request);
        }
    }

    /// <summary>Reads a payee's figures, and checks that they do not go back.</summary>
    public async Task ReadAsync(string rep)
    {
        var (process, answer) = await AskAsync($"read {rep}",
            process => process.Rep(rep).GetEstimate(Days.Text(Days.Any(random))).AsTask());
        See(process, rep, answer.Value);
    }

    public Task<Answer<Contracts.V1.Preview>> PreviewAsync(string rep, Contracts.V1.Deal deal) =>
        InsistAsync($"preview {rep}", process => process.Rep(rep).Preview(deal).AsTask());

    public async Task PutAsync(Rep rep)
    {
        await ExpectAsync($"put {rep.Rep_}", process => process.Rep(rep.Rep_).Put(rep));
        known.Reps[rep.Rep_] = rep;
    }

    public async Task PutAsync(Territory territory)
    {
        await ExpectAsync(
            $"put {territory.Territory_}", process => process.Territory(territory.Territory_).Put(territory));
        known.Territories[territory.Territory_] = territory;
    }

    public async Task PublishAsync(string text)
    {
        var plan = PlanFormat.ParsePlan(text).Value!;
        await ExpectAsync($"publish {plan.Id}", process => process.Plan(plan.Id).Publish(text));
        known.Publish(plan);
    }

    public async Task PutRatesAsync(DayRate[] rates)
    {
        var what = $"put rates {string.Join(", ", rates.Select(rate => $"{rate.From}-{rate.To} {rate.Day}"))}";
        await ExpectAsync(what, process => process.Rates.Put(new PutRatesRequest { Rates = { rates } }));
        known.Put(rates);
    }

    /// <summary>Asks until there is an answer that is no request to ask again.</summary>
    public async Task<Answer<T>> InsistAsync<T>(string what, Func<Process, Task<Answer<T>>> call)
        where T : class => (await AskAsync(what, call)).Answer;

    private async Task ReadOwnWriteAsync(RecordRequest request, Position position)
    {
        var rep = request.Deal.Owners[0].Rep;
        var (process, answer) = await AskAsync($"read {rep} after {position}", async process =>
        {
            if (!await process.Shard(position.Shard).WaitApplied(position.Number, default))
            {
                throw new SimulationFailure($"Position {position} was acknowledged, and nothing is there.");
            }

            return await process.Rep(rep).GetEstimate(request.Deal.Credited);
        });
        See(process, rep, answer.Value);
        var reached = answer.Value?.AsOf.Log.FirstOrDefault(one => one.Shard == position.Shard)?.Number ?? 0;
        // While two processes hold the payee, the one that did not write may be behind until it writes.
        if (answer.Value is not null && fleet.Second is null && known.IsOnlyEventOf(request)
            && reached < position.Number)
        {
            throw new SimulationFailure($"{rep} does not include {position}, which was waited for: {reached}.");
        }
    }

    private async Task ReuseAsync(RecordRequest request)
    {
        var other = request.Clone();
        other.Deal.Quantity = $"1{request.Deal.Quantity}";
        var answer = await InsistAsync(
            $"other {request.EventId}", process => process.ShardOf(other.Deal.Deal_).Record(Process.Tenant, other));
        if (answer.IsValue || answer.Refusals[0].Reason != RefusalReason.EventIdReused)
        {
            throw new SimulationFailure($"Event id {request.EventId} was taken for other content.");
        }
    }

    private async Task ExpectAsync<T>(string what, Func<Process, Task<Answer<T>>> call)
        where T : class
    {
        var answer = await InsistAsync(what, call);
        trace.Add($"{what}: {(answer.IsValue ? "done" : answer.Refusals[0])}");
        if (!answer.IsValue)
        {
            throw new SimulationFailure($"{what} was refused: {answer.Refusals[0]}");
        }
    }

    private void See(Process process, string rep, Contracts.V1.Estimate? estimate)
    {
        if (estimate is not null)
        {
            trace.Add($"{rep} is at {estimate.AsOf.Sequence}, earned {estimate.Earned.Units}");
            fleet.See(process, rep, estimate.AsOf.Sequence);
        }
    }

    private async Task<(Process Process, Answer<T> Answer)> AskAsync<T>(
        string what, Func<Process, Task<Answer<T>>> call)
        where T : class
    {
        for (var until = clock.GetUtcNow() + Patience; clock.GetUtcNow() < until;)
        {
            var process = await fleet.AnyAsync();
            var open = $"{what} (process {process.Number})";
            _open.Add(open);
            try
            {
                var answer = await process.AskAsync(call);
                if (answer.IsValue || !answer.Refusals.All(Transient.Is))
                {
                    return (process, answer);
                }

                trace.Add($"{what}: {answer.Refusals[0].Reason}");
            }
            catch (Exception failure) when (Transient.Is(failure))
            {
                trace.Add($"{what}: {failure.GetType().Name}");
            }
            finally
            {
                _open.Remove(open);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 800)), clock);
        }

        throw new SimulationFailure($"{what}: no answer within {Patience}.");
    }
}
