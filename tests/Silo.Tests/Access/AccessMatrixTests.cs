using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Commission.Silo.Tests.Access;

/// <summary>Every method, by everybody, by every protocol: the table of docs/access.md.</summary>
public sealed class AccessMatrixTests : IAsyncLifetime
{
    private const string Plan = """
        plan: ae
        currency: USD
        effective: 2020-01-01
        pays: quarterly
        components:
          - { component: bookings, window: quarter, quota: bookings, tiers: [ { from: 0%, rate: 5% } ] }
        """;

    // In the name of what is not everybody's: no refusal may tell it.
    private const string Secret = "Onymous";

    private static readonly ImmutableArray<string> Callers =
    [
        "nobody", "self", "other payee", "manager", "other manager", "admin", "finance", "integration", "other tenant",
    ];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private Provider _provider = null!;
    private RunningSilo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _silo = await RunningSilo.StartAsync(_provider.Settings());
        var requests = Requests();
        foreach (var (method, json) in new[]
        {
            ("commission.v1.Plans.Publish", requests["commission.v1.Plans.Publish"]),
            ("commission.v1.Reps.Put", """{ "rep": "top", "name": "Top Onymous" }"""),
            ("commission.v1.Reps.Put", """{ "rep": "hut", "name": "Hut Onymous" }"""),
            ("commission.v1.Reps.Put", """{ "rep": "bob", "name": "Bob Onymous", "manager": "hut" }"""),
            ("commission.v1.Reps.Put", requests["commission.v1.Reps.Put"]),
            ("commission.v1.Territories.Put", requests["commission.v1.Territories.Put"]),
            ("commission.v1.Deals.Record", requests["commission.v1.Deals.Record"]),
        })
        {
            var done = await GrpcAsync(MethodOf(method), json, TokenOf("admin"));
            Assert.True(done.Status == Code.Ok, $"{method}: {done}");
        }

        // Credited, so that the deal is there for all who may see it.
        var after = new GetEstimateRequest { Rep = "ann", After = await PositionAsync() };
        await GrpcAsync(MethodOf("commission.v1.Earnings.GetEstimate"), after.ToString(), TokenOf("admin"));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _silo.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public void Methods_EachHasARequest_AndEachRequestAMethod()
    {
        var methods = _silo.Methods.Methods.Select(method => method.FullName).Order(StringComparer.Ordinal);
        Assert.Equal(methods, Requests().Keys.Select(NameOf).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryMethod_ByEverybodyAndEveryProtocol_DoesWhatTheTableSays()
    {
        var figures = await EstimateAsync();
        var lines = new List<string>();
        var faults = new List<string>();
        var calls = 0;
        foreach (var (name, json) in Requests())
        {
            var row = new List<string>();
            foreach (var caller in Callers)
            {
                var made = await CallAsync(MethodOf(NameOf(name)), json, caller);
                calls += made.Count;
                row.Add(Cell(name, caller, made, faults));
            }

            lines.Add($"| `{Short(name)}` | {string.Join(" | ", row)} |");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{calls} calls: {lines.Count} methods, {Callers.Length} callers."));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', lines));
        Assert.Equal("", string.Join('\n', faults));
        Assert.Equal(Documented(), string.Join('\n', lines));
        Assert.Equal(figures, await EstimateAsync());
    }

    private static string Documented()
    {
        var document = File.ReadAllLines(Path.Combine(RunningProgram.Root, "docs", "access.md"));
        Assert.Contains($"| method | {string.Join(" | ", Callers)} |", document);
        return string.Join('\n', document.Where(line => line.StartsWith("| `", StringComparison.Ordinal)));
    }

    /// <summary>Without the package that is everywhere.</summary>
    private static string Short(string name) => name.Replace("commission.v1.", "", StringComparison.Ordinal);

    /// <summary>A method may be called in several ways; the second word says which.</summary>
    private static string NameOf(string key) => key.Split(' ')[0];

    /// <summary>What came of a call, in the table's words; the protocols must agree.</summary>
    private static string Cell(
        string name, string caller, Dictionary<string, AnyCall> made, List<string> faults)
    {
        foreach (var (protocol, call) in made.Where(one => one.Value.Status != Code.Ok))
        {
            if (call.Text.Contains(Secret, StringComparison.Ordinal))
            {
                faults.Add($"{name} by {protocol} for {caller} tells too much: {call.Text}");
            }
        }

        var statuses = made.Values.Select(call => call.Status).Distinct().ToList();
        if (statuses.Count > 1)
        {
            faults.Add($"{name} for {caller}: {string.Join(", ", made.Select(one => (one.Key, one.Value)))}");
        }

        return statuses[0] switch
        {
            Code.Ok => "yes",
            Code.Unauthenticated => "no token",
            Code.PermissionDenied => "denied",
            Code.NotFound => "not found",
            Code.InvalidArgument => "must name",
            var other => other.ToString(),
        };
    }

    private static Dictionary<string, string> Requests()
    {
        var file = Path.Combine(RunningProgram.Root, "tests", "Silo.Tests", "Access", "requests.json");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.EnumerateObject().ToDictionary(
            one => one.Name,
            one => one.Value.GetRawText()
                .Replace("\"$plan\"", JsonSerializer.Serialize(Plan), StringComparison.Ordinal),
            StringComparer.Ordinal);
    }

    private async Task<Dictionary<string, AnyCall>> CallAsync(MethodDescriptor method, string json, string caller)
    {
        var token = TokenOf(caller);
        var made = new Dictionary<string, AnyCall>(StringComparer.Ordinal)
        {
            ["gRPC"] = await GrpcAsync(method, json, token),
            ["gRPC-Web"] = await AnyCall.GrpcWebAsync(_http, _silo.Json.BaseAddress!, method, json, TokenOf(caller)),
        };
        if (await AnyCall.JsonAsync(_http, _silo.Json.BaseAddress!, method, json, TokenOf(caller)) is { } byJson)
        {
            made["JSON"] = byJson;
        }

        return made;
    }

    private string? TokenOf(string caller) => caller switch
    {
        "nobody" => null,
        "self" => _provider.Token("ann", "rep"),
        "other payee" => _provider.Token("bob", "rep"),
        "manager" => _provider.Token("top", "manager"),
        "other manager" => _provider.Token("hut", "manager"),
        "admin" or "finance" or "integration" => _provider.Token("somebody", caller),
        // Each time a tenant of its own, so that what one call puts there the next does not find.
        "other tenant" => _provider.Token("ann", "admin rep manager finance", $"t{Guid.NewGuid():N}"),
        _ => throw new ArgumentOutOfRangeException(nameof(caller)),
    };

    private Task<AnyCall> GrpcAsync(MethodDescriptor method, string json, string? token) =>
        AnyCall.GrpcAsync(_http, _silo.GrpcAddress, method, json, token);

    private MethodDescriptor MethodOf(string name) =>
        _silo.Methods.Methods.Single(method => method.FullName == name).Descriptor;

    private async Task<Position> PositionAsync()
    {
        var recorded = await AnyCall.JsonAsync(
            _http, _silo.Json.BaseAddress!, MethodOf("commission.v1.Deals.Record"),
            Requests()["commission.v1.Deals.Record"], TokenOf("admin"));
        return Recorded.Parser.ParseJson(recorded!.Text).Position;
    }

    private async Task<Estimate> EstimateAsync()
    {
        var call = await AnyCall.JsonAsync(
            _http, _silo.Json.BaseAddress!, MethodOf("commission.v1.Earnings.GetEstimate"),
            """{ "rep": "ann" }""", TokenOf("admin"));
        return Estimate.Parser.ParseJson(call!.Text);
    }
}
