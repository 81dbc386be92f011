using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Measuring;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;

namespace Commission.Load.Calls;

/// <summary>
/// PreviewDeal by gRPC for payees with many deals on a yearly plan of five tiers with a multiplier, beside an empty
/// handler on Kestrel that reads and writes as many bytes.
/// </summary>
internal static class PreviewLoad
{
    private const int Streams = 200;
    private const int Payees = 10;
    private const int Amounts = 997;

    /// <summary>The plan: five tiers of a yearly window, and a multiplier.</summary>
    public const string Plan = $$"""
        plan: {{Company.Plan}}
        title: Five tiers
        currency: USD
        effective: 2020-01-01
        pays: monthly
        components:
          - component: sales
            title: Sales
            window: year
            quota: bookings
            tiers:
              - { from: 0%, rate: 3% }
              - { from: 50%, rate: 5% }
              - { from: 80%, rate: 8% }
              - { from: 100%, rate: 10% }
              - { from: 120%, rate: 12% }
            multiplier:
              by: sales
              tiers: [ { from: 0%, factor: 1 }, { from: 80%, factor: 1.1 } ]
        """;

    private static readonly (int Rounds, TimeSpan Length) Times = (5, TimeSpan.FromSeconds(3));

    /// <summary>Measures previews of deals of many amounts, for payees with so many deals each.</summary>
    public static async Task RunAsync(int deals)
    {
        await using var provider = await Provider.StartAsync();
        var token = provider.Token("bench", "admin");
        await using var silo = await EstimateLoad.StartAsync(provider, token);
        var company = new Company(silo.Channel, Payees);
        await company.PutAsync(Plan, "year", quota: deals * 5_000L);
        await company.RecordAsync(Events(deals * Payees));

        var sheet = new Sheet("preview");
        var requests = Enumerable.Range(0, Amounts).Select(Request).ToList();
        var script = new CallScript(
            EstimateLoad.PathOf(EarningsReflection.Descriptor, "PreviewDeal"), token, requests,
            [.. requests.Select(one => new Preview { Rep = one.Rep }.ToByteArray())],
            [.. Enumerable.Range(0, Amounts)]);
        var answer = (await company.CallAsync<PreviewDealRequest, Preview>(
            EarningsReflection.Descriptor, "PreviewDeal", requests[0])).CalculateSize();
        await new CallLoad(Streams).CompareAsync(
            sheet, new ServerUnderLoad("PreviewDeal", silo.Address, silo.Usage), script, answer, Times);
        EstimateLoad.Ratios(sheet, "PreviewDeal", 0.7, tail: null);
        sheet.ToReport().Publish();
    }

    private static PreviewDealRequest Request(int i) => new()
    {
        Rep = Company.Payee(i % Payees),
        Deal = new Deal { Amount = new Money { Currency = "USD", Units = 1000 + (i * 13) } },
    };

    private static async IAsyncEnumerable<RecordRequest> Events(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return Company.Event("p", i, i % Payees);
        }

        await Task.CompletedTask;
    }
}
