using Commission.Engine;
using Commission.Grains.Tests.Harness;
using Commission.Silo.Tests.Hosts;

namespace Commission.Crash.Tests.Harness;

/// <summary>
/// Puts a company's documents, and changes one now and then: one at a time, each again until it is acknowledged.
/// </summary>
internal sealed class DocumentChanges(Company company, KnownBooks books, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Queue<Func<Api, Task>> _left = new();

    /// <summary>Whether a change is acknowledged whose recomputation may still be under way.</summary>
    public bool MayBeUnderWay { get; set; }

    /// <summary>Plans, then payees, then territories.</summary>
    public async Task PutAllAsync(Api api)
    {
        foreach (var text in company.Plans)
        {
            _left.Enqueue(Publish(text));
        }

        foreach (var rep in company.Reps)
        {
            _left.Enqueue(PutRep(rep));
        }

        Realign();
        await FinishAsync(api);
    }

    /// <summary>Goes on with the change that is under way, or begins another.</summary>
    public async Task ChangeAsync(Api api)
    {
        if (_left.Count == 0)
        {
            Choose();
        }

        await FinishAsync(api);
    }

    /// <summary>Returns when no change is half done.</summary>
    public async Task FinishAsync(Api api)
    {
        while (_left.TryPeek(out var change))
        {
            MayBeUnderWay = true;
            await change(api);
            _left.Dequeue();
        }
    }

    private void Choose()
    {
        switch (_random.Next(3))
        {
            case 0:
                _left.Enqueue(PutRep(company.Reps[_random.Next(company.Reps.Count)]));
                break;
            case 1:
                Realign();
                break;
            default:
                var text = company.Plans[_random.Next(company.Plans.Count)];
                _left.Enqueue(Publish(_random.Next(2) == 0
                    ? text
                    : text.Replace("\"rate\":0.0", "\"rate\":0.1", StringComparison.Ordinal)));
                break;
        }
    }

    private void Realign()
    {
        foreach (var territory in company.Territories())
        {
            _left.Enqueue(async api =>
            {
                await api.PutAsync(territory);
                books.Know(territory);
            });
        }
    }

    private Func<Api, Task> PutRep(string id)
    {
        var rep = company.Rep(id);
        return async api =>
        {
            await api.PutAsync(rep);
            books.Know(rep);
        };
    }

    private Func<Api, Task> Publish(string text) => async api =>
    {
        await api.PublishAsync(text);
        books.Know(PlanFormat.ParsePlan(text).Value!);
    };
}
