using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Load;

/// <summary>Many payees with managers, put one after another: each changes the crediting rules.</summary>
internal static class RulesLoad
{
    private const int TeamSize = 10;

    /// <summary>Runs, and prints how long each tenth took: it must not grow.</summary>
    public static async Task RunAsync(int reps)
    {
        await using var silo = await LoadSilo.StartAsync();
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var start = TimeProvider.System.GetTimestamp();
            for (var i = tenth * reps / 10; i < (tenth + 1) * reps / 10; i++)
            {
                await silo.CallAsync<Rep, PutRepReply>(RepsReflection.Descriptor.Services[0], "Put", Payee(i));
            }

            var elapsed = TimeProvider.System.GetElapsedTime(start);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"payees to {(tenth + 1) * reps / 10,8}: {elapsed.TotalSeconds,7:0.00} s"));
        }
    }

    private static Rep Payee(int i) => new()
    {
        Rep_ = Id(i),
        Name = Id(i),
        Manager = i < TeamSize ? "" : Id(i / TeamSize),
    };

    private static string Id(int rep) => string.Create(CultureInfo.InvariantCulture, $"m{rep:000000}");
}
