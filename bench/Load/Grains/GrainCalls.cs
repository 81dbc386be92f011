using Commission.Embedded;
using Commission.Embedded.Hosting;
using Commission.Load.Measuring;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Load.Grains;

/// <summary>A grain that does nothing; public, as the runtime makes references to it.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    /// <summary>Gives back what it got.</summary>
    ValueTask<long> Echo(long number);
}

/// <summary>See <see cref="IEchoGrain"/>.</summary>
public sealed class EchoGrain : Grain, IEchoGrain
{
    /// <inheritdoc/>
    public ValueTask<long> Echo(long number) => new(number);
}

/// <summary>Calls of grains in this process, beside asynchronous calls of the same method by its interface.</summary>
internal static class GrainCalls
{
    private const int Rounds = 5;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    /// <summary>Measures so many callers, each of a grain of its own.</summary>
    public static async Task RunAsync(int callers)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddEmbeddedGrains(options => options.AddGrain<IEchoGrain, EchoGrain>());
        await using var provider = services.BuildServiceProvider();
        var grains = provider.GetRequiredService<IGrainFactory>();
        var sheet = new Sheet("grain-calls");
        await CallAsync(callers, number => grains.GetGrain<IEchoGrain>($"{number}"));
        await CallAsync(callers, _ => new EchoGrain());
        for (var round = 0; round < Rounds; round++)
        {
            var (calls, bytes) = await CallAsync(callers, number => grains.GetGrain<IEchoGrain>($"{number}"));
            var (direct, _) = await CallAsync(callers, _ => new EchoGrain());
            sheet.More($"grain, {callers} callers: calls", "/s", calls, goal: 5_000_000);
            sheet.Less($"grain, {callers} callers: allocated by a call", "B", bytes);
            sheet.More($"by the interface, {callers} callers: calls", "/s", direct);
        }

        sheet.Ratio(
            "grain calls of those by the interface",
            $"grain, {callers} callers: calls", $"by the interface, {callers} callers: calls");
        sheet.ToReport().Publish();
    }

    private static async Task<(double Calls, double Bytes)> CallAsync(int callers, Func<int, IEchoGrain> find)
    {
        using var over = new CancellationTokenSource(Length);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
            () => CallAsync(find(caller), over.Token), CancellationToken.None)));
        var calls = counts.Sum();
        var took = TimeProvider.System.GetElapsedTime(start);
        return (calls / took.TotalSeconds, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)calls);
    }

    private static async Task<long> CallAsync(IEchoGrain grain, CancellationToken over)
    {
        var count = 0L;
        while (!over.IsCancellationRequested)
        {
            var echo = await grain.Echo(count);
            count = echo == count ? count + 1 : throw new InvalidOperationException($"{count} became {echo}.");
        }

        return count;
    }
}
