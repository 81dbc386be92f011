using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Measuring;
using Commission.Load.Processes;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Load.Calls;

/// <summary>
/// Authenticated queries by gRPC of a silo in a process of its own, beside an empty handler on Kestrel that reads and
/// writes as many bytes.
/// </summary>
internal static class EstimateLoad
{
    private const int Streams = 200;
    private const int Draws = 1 << 20;
    private const int CreditsEach = 5;
    private static readonly (int Rounds, TimeSpan Length) Times = (5, TimeSpan.FromSeconds(3));

    /// <summary>GetEstimate of payees, some of whom are asked for much more often than others.</summary>
    public static async Task RunAsync(int payees)
    {
        await using var provider = await Provider.StartAsync();
        var token = provider.Token("bench", "admin");
        await using var silo = await StartAsync(provider, token);
        var company = new Company(silo.Channel, payees);
        await company.PutAsync();
        await company.RecordAsync(Events(payees, payees * CreditsEach));

        var sheet = new Sheet("estimate");
        var requests = Enumerable.Range(0, payees)
            .Select(payee => new GetEstimateRequest { Rep = Company.Payee(payee) }).ToList();
        var script = new CallScript(
            PathOf(EarningsReflection.Descriptor, "GetEstimate"), token, requests, [.. requests.Select(Mark)],
            Zipf.Draw(payees, Draws, seed: 1));
        var answer = (await company.EstimateAsync(0)).CalculateSize();
        await new CallLoad(Streams).CompareAsync(
            sheet, new ServerUnderLoad("GetEstimate", silo.Address, silo.Usage), script, answer, Times);
        Ratios(sheet, "GetEstimate", 0.85, 1.3);
        sheet.ToReport().Publish();
    }

    /// <summary>Throughput and tail of calls beside the empty handler's.</summary>
    public static void Ratios(Sheet sheet, string name, double throughput, double? tail)
    {
        sheet.Ratio($"{name}: throughput of the empty handler's", $"{name}: calls", "empty handler: calls", throughput);
        sheet.Ratio($"{name}: p99 of the empty handler's", $"{name}: p99", "empty handler: p99", tail);
    }

    /// <summary>A silo that asks for tokens of a provider.</summary>
    public static Task<SiloProcess> StartAsync(Provider provider, string token) => SiloProcess.StartAsync(
        token, [.. provider.Settings(), .. SiloProcess.Unlimited]);

    /// <summary>As gRPC calls a method.</summary>
    public static string PathOf(FileDescriptor file, string method) =>
        $"/{file.Services[0].FullName}/{file.Services[0].FindMethodByName(method).Name}";

    private static byte[] Mark(GetEstimateRequest request) => new Estimate { Rep = request.Rep }.ToByteArray();

    private static async IAsyncEnumerable<RecordRequest> Events(int payees, int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return Company.Event("e", i, i % payees);
        }

        await Task.CompletedTask;
    }
}
