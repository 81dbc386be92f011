using System.Globalization;
using System.Net;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Handler;

/// <summary>
/// GetEstimate without grains, tokens or limits, as a build serves it: <c>bench/Load -- handler</c> asks.
/// </summary>
internal static class Program
{
    private static readonly Estimate Answer = Estimate();

    private static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.Protocols = HttpProtocols.Http2));
        var table = new MethodTable().Unary<GetEstimateRequest, Estimate>(
            EarningsReflection.Descriptor.Services[0], "GetEstimate", static (request, _) => new(Get(request)));
        var map = Served.By(builder, table, args);
        await using var app = builder.Build();
        map(app);
        await app.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Now listening on: {app.Urls.First()}"));
        await app.WaitForShutdownAsync();
    }

    /// <summary>The handler: each time another message, so that no bytes can be kept.</summary>
    public static Estimate Get(GetEstimateRequest request)
    {
        var answer = Answer.Clone();
        answer.Rep = request.Rep;
        return answer;
    }

    private static Estimate Estimate() => new()
    {
        Plan = "plan",
        PlanEffective = "2026-01-01",
        On = "2026-03-31",
        Statement = new Period { Name = "2026-03", Start = "2026-03-01", End = "2026-03-31" },
        Earned = Dollars(1234),
        Paid = Dollars(1234),
        DrawBalance = Dollars(0),
        Components =
        {
            new ComponentEstimate
            {
                Component = "sales",
                Title = "Sales",
                Window = new Period { Name = "2026-Q1", Start = "2026-01-01", End = "2026-03-31" },
                Credited = "24680",
                Quota = "100000",
                Attainment = "0.2468",
                Earned = Dollars(1234),
                EarnedInStatement = Dollars(1234),
            },
        },
    };

    private static Money Dollars(long units) => new() { Currency = "USD", Units = units };
}
