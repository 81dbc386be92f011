using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Measuring;

namespace Commission.Load;

/// <summary>Many payees with managers, put one after another: each changes the crediting rules.</summary>
internal static class RulesLoad
{
    private const int Runs = 5;
    private const int WarmUp = 1000;
    private const int TeamSize = 10;

    /// <summary>Runs, checks that the last payee's managers are credited, and prints how much longer the last tenth
    /// took than the first.</summary>
    public static async Task RunAsync(int reps)
    {
        var sheet = new Sheet("rules");
        await PutAsync(WarmUp);
        for (var run = 0; run < Runs; run++)
        {
            var tenths = await PutAsync(reps);
            sheet.Less("a payee of the first tenth", "ms", tenths[0].TotalMilliseconds * 10 / reps);
            sheet.Less("a payee of the last tenth", "ms", tenths[^1].TotalMilliseconds * 10 / reps);
            sheet.Less("all payees", "s", tenths.Sum(tenth => tenth.TotalSeconds));
        }

        sheet.Ratio(
            "the last tenth of the first", "a payee of the last tenth", "a payee of the first tenth", goal: 1.3);
        sheet.ToReport().Publish();
    }

    /// <summary>Puts them into a new silo; how long each tenth took.</summary>
    private static async Task<List<TimeSpan>> PutAsync(int reps)
    {
        await using var silo = await LoadSilo.StartAsync();
        var tenths = new List<TimeSpan>();
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var start = TimeProvider.System.GetTimestamp();
            for (var i = tenth * reps / 10; i < (tenth + 1) * reps / 10; i++)
            {
                await silo.CallAsync<Rep, PutRepReply>(RepsReflection.Descriptor.Services[0], "Put", Payee(i));
            }

            tenths.Add(TimeProvider.System.GetElapsedTime(start));
        }

        await CheckAsync(silo, reps - 1);
        return tenths;
    }

    /// <summary>A deal of a payee is credited to the payee and all managers above.</summary>
    private static async Task CheckAsync(LoadSilo silo, int payee)
    {
        var request = Company.Event("rules", 0, 0);
        request.Deal.Owners[0].Rep = Id(payee);
        var recorded = await silo.CallAsync<RecordRequest, Recorded>(
            DealsReflection.Descriptor.Services[0], "Record", request);
        var deal = await silo.CallAsync<GetDealRequest, DealView>(
            DealsReflection.Descriptor.Services[0], "Get",
            new GetDealRequest { Deal = request.Deal.Deal_, After = recorded.Position });
        var wanted = Chain(payee).Order(StringComparer.Ordinal);
        var found = deal.Credits.Select(credit => credit.Rep).ToList();
        Console.WriteLine(wanted.SequenceEqual(found, StringComparer.Ordinal)
            ? $"Checked: a deal of {Id(payee)} is credited to {found.Count} payees."
            : throw new InvalidOperationException($"A deal of {Id(payee)} is credited to {string.Join(", ", found)}."));
    }

    private static IEnumerable<string> Chain(int payee)
    {
        for (; payee >= TeamSize; payee /= TeamSize)
        {
            yield return Id(payee);
        }

        yield return Id(payee);
    }

    private static Rep Payee(int i) => new()
    {
        Rep_ = Id(i),
        Name = Id(i),
        Manager = i < TeamSize ? "" : Id(i / TeamSize),
    };

    private static string Id(int rep) => string.Create(CultureInfo.InvariantCulture, $"m{rep:000000}");
}
