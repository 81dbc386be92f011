using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Configuration;
using Spectre.Console;

namespace Commission.Silo.Demo;

/// <summary>What the demo shows of its company, and what to try next.</summary>
internal static class DemoReport
{
    private const string Cli = "dotnet run -c Release --project src/Cli --";

    /// <summary>A line for each payee.</summary>
    public static async Task PrintAsync(RpcChannel channel, CancellationToken cancellation)
    {
        var list = RepsReflection.Descriptor.Services[0].FindMethodByName("List");
        var get = EarningsReflection.Descriptor.Services[0].FindMethodByName("GetEstimate");
        var reps = await channel.UnaryAsync<ListRepsRequest, ListRepsReply>(
            list, new ListRepsRequest(), null, cancellation);
        var table = NewTable();
        foreach (var rep in reps.Reps)
        {
            var estimate = await channel.UnaryAsync<GetEstimateRequest, Estimate>(
                get, new GetEstimateRequest { Rep = rep.Rep_ }, null, cancellation);
            AddRow(table, estimate);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>The exact commands that work now.</summary>
    public static void PrintCommands(Uri grpc, Uri json, TimeSpan sinceStart)
    {
        var server = grpc.Port == 5080 ? "" : $" --server {grpc.ToString().TrimEnd('/')}";
        var node = grpc.Port == 5080 ? "" : $"COMMISSION_SERVER={grpc.ToString().TrimEnd('/')} ";
        const string sample = "samples/adventureworks";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Ready {sinceStart.TotalSeconds:0.0} s after the start. In another terminal, from the same folder, try:

              {Cli} watch rep-282{server}
              {Cli} import {sample}/orders-2020-06.csv --map {sample}/mapping.yaml{server}
              {Cli} preview rep-282 --amount 50000{server}
              curl -s {json}v1/reps/rep-282/estimate
              npm ci --prefix samples/clients/node && {node}node samples/clients/node/estimate.mjs rep-282
            """));
    }

    /// <summary>How to try who may see what.</summary>
    public static void PrintTokens(Uri grpc, Uri json, AuthSettings auth)
    {
        if (auth.Mode == AuthSettings.Demo)
        {
            var server = grpc.Port == 5080 ? "" : $" --server {grpc.ToString().TrimEnd('/')}";
            Console.WriteLine($"""

                Without a token you may do everything. With one you are somebody: a payee sees herself, nobody else.

                  export COMMISSION_TOKEN=$(curl -s {json}demo/token/rep-282)
                  {Cli} estimate rep-282{server}
                  {Cli} estimate rep-281{server}

                """);
        }

        Console.WriteLine("Ctrl-C stops the silo.");
    }

    private static Table NewTable()
    {
        var table = new Table().Border(TableBorder.Simple)
            .Title("Each payee's fiscal quarter, and what it earned in the quarter and in the year (USD)");
        table.AddColumn(new TableColumn("payee").NoWrap().Padding(0, 0));
        table.AddColumn(new TableColumn("name").NoWrap().Padding(1, 0));
        foreach (var header in (string[])["credited", "quota", "attained", "quarter", "year"])
        {
            table.AddColumn(new TableColumn(header).RightAligned().NoWrap().Padding(1, 0));
        }

        return table;
    }

    private static void AddRow(Table table, Estimate estimate)
    {
        // The component that a quota measures says how the payee stands.
        var measured = estimate.Components.FirstOrDefault(component => component.Quota.Length > 0)
            ?? estimate.Components[0];
        table.AddRow(
            estimate.Rep,
            Markup.Escape(Short(estimate.Name)),
            Amount(measured.Credited),
            measured.Quota.Length > 0 ? Amount(measured.Quota) : "–",
            measured.Attainment.Length > 0 ? Percent(measured.Attainment) : "–",
            Amount(estimate.QuarterToDate),
            Amount(estimate.YearToDate));
    }

    /// <summary>Short enough for a table in a terminal of 80 columns.</summary>
    private static string Short(string name) => name.Length <= 12 ? name : string.Concat(name.AsSpan(0, 11), "…");

    private static string Amount(string text) =>
        decimal.Parse(text, CultureInfo.InvariantCulture).ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Amount(Money money) =>
        (money.Units + (money.Nanos / 1_000_000_000m)).ToString("#,##0.00", CultureInfo.InvariantCulture);

    private static string Percent(string text) =>
        decimal.Parse(text, CultureInfo.InvariantCulture).ToString("0.0 %", CultureInfo.InvariantCulture);
}
