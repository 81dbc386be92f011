using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Load.Measuring;
using Google.Rpc;

namespace Commission.Load.Starting;

/// <summary>
/// From the start of a process to its first right answer: a silo on the store that the demo left, asked for an
/// estimate by gRPC, and an empty web application.
/// </summary>
internal static class StartLoad
{
    private const int Rounds = 7;
    private const string Rep = "rep-282";
    private const string Today = "2020-06-30";
    private static readonly string Silo = Path.Combine(AppContext.BaseDirectory, "Commission.Silo.dll");

    /// <summary>Prepares, measures, checks, and prints.</summary>
    /// <param name="other">Another silo's assembly or executable, such as one that was published compiled; null: none.
    /// </param>
    public static async Task RunAsync(string? other)
    {
        var folder = Directory.CreateTempSubdirectory("commission-start").FullName;
        try
        {
            var wanted = await LoadDemoAsync(folder);
            var sheet = new Sheet("start");
            // The first round only warms up what asks, and what the system keeps of files.
            for (var round = 0; round <= Rounds; round++)
            {
                await MeasureAsync(round == 0 ? new Sheet("warming") : sheet, folder, other, wanted);
            }

            Ratios(sheet, "silo");
            if (other is not null)
            {
                Ratios(sheet, "other silo");
                sheet.Ratio("first answer: other silo's of the silo's", "other silo: answers", "silo: answers");
            }

            sheet.ToReport().Publish();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Ratios(Sheet sheet, string name)
    {
        sheet.Ratio($"first answer: {name}'s of the empty app's", $"{name}: answers", "empty app: answers", 2);
        sheet.Ratio($"memory: {name}'s of the empty app's", $"{name}: memory", "empty app: memory");
    }

    private static async Task MeasureAsync(Sheet sheet, string folder, string? other, Estimate wanted)
    {
        await MeasureEmptyAsync(sheet);
        await MeasureSiloAsync(sheet, "silo", Silo, folder, wanted);
        if (other is not null)
        {
            await MeasureSiloAsync(sheet, "other silo", other, folder, wanted);
        }
    }

    private static async Task MeasureEmptyAsync(Sheet sheet)
    {
        await using var app = Started.Begin(
            typeof(StartLoad).Assembly.Location,
            port => ["serve-app", port.ToString(CultureInfo.InvariantCulture)]);
        await app.ListensAsync();
        var listens = app.Elapsed;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{app.Port}") };
        var answer = await http.GetStringAsync(new Uri("/", UriKind.Relative));
        Note(sheet, "empty app", app, listens);
        Check(answer == EmptyApp.Answer, answer);
    }

    private static async Task MeasureSiloAsync(
        Sheet sheet, string name, string program, string folder, Estimate wanted)
    {
        await using var silo = Started.Begin(program, port => Arguments(folder, port));
        await silo.ListensAsync();
        var listens = silo.Elapsed;
        using var channel = new RpcChannel(new Uri($"http://127.0.0.1:{silo.Port}"));
        var answer = await silo.AnswersAsync(() => AskAsync(channel));
        Note(sheet, name, silo, listens);
        Check(answer.Equals(wanted), answer);
    }

    private static void Note(Sheet sheet, string name, Started process, TimeSpan listens)
    {
        sheet.Less($"{name}: answers", "ms", process.Elapsed.TotalMilliseconds);
        sheet.Less($"{name}: listens", "ms", listens.TotalMilliseconds);
        sheet.Less($"{name}: processors", "ms", process.Processor.TotalMilliseconds);
        sheet.Less($"{name}: memory", "MiB", process.Resident / 1048576.0);
    }

    private static void Check(bool isRight, object answer)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"Not the answer that was expected: {answer}");
        }
    }

    /// <summary>The store as the demo leaves it, and what it answers then.</summary>
    private static async Task<Estimate> LoadDemoAsync(string folder)
    {
        await using var demo = Started.Begin(Silo, port => ["demo", .. Arguments(folder, port)]);
        await demo.AnswersAsync(() => Task.FromResult(
            File.Exists(Path.Combine(folder, "demo-loaded")) ? folder : null));
        using var channel = new RpcChannel(new Uri($"http://127.0.0.1:{demo.Port}"));
        var estimate = await demo.AnswersAsync(() => AskAsync(channel));
        // 757,711.06 at 1.5%: below quota, in the first tier of the plan.
        Check(estimate.Components[0].Earned is { Units: 11_365, Nanos: 670_000_000, Currency: "USD" }, estimate);
        return estimate;
    }

    private static string[] Arguments(string folder, int port) =>
    [
        "--Commission:Store:Folder", folder, "--Commission:BusinessDate", Today,
        "--Commission:Listen:GrpcPort", port.ToString(CultureInfo.InvariantCulture),
        "--Commission:Listen:JsonPort", "0", "--Logging:LogLevel:Default", "Warning",
    ];

    /// <summary>Null while it can't answer.</summary>
    private static async Task<Estimate?> AskAsync(RpcChannel channel)
    {
        try
        {
            var estimate = await channel.UnaryAsync<GetEstimateRequest, Estimate>(
                EarningsReflection.Descriptor.Services[0].FindMethodByName("GetEstimate"),
                new GetEstimateRequest { Rep = Rep });
            estimate.AsOf.Time = null;
            return estimate;
        }
        catch (RpcFailure failure) when (failure.Status == Code.Unavailable)
        {
            return null;
        }
    }
}
