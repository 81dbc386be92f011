using System.Text.Json.Nodes;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Cli.Tests;

/// <summary>`commission call`.</summary>
public sealed class CallTests : IAsyncLifetime, IDisposable
{
    private readonly Shell _shell = new();
    private FakeSilo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        _silo = await FakeSilo.StartAsync();
        _silo.Estimate = new Estimate
        {
            Rep = "kary",
            Earned = new Money { Currency = "USD", Units = -3, Nanos = -500_000_000 },
            Notices = { "é<" },
        };
    }

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("Earnings/GetEstimate")]
    [InlineData("Earnings.GetEstimate")]
    [InlineData("commission.v1.Earnings/GetEstimate")]
    [InlineData("/commission.v1.Earnings/GetEstimate")]
    public async Task Call_UnaryByAnyOfItsNames_PrintsTheApisAnswer(string method)
    {
        var ran = await Run("call", method, """{ "rep": "kary", "after": { "shard": 3, "number": "17" } }""");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(_silo.Estimate, JsonParser.Default.Parse<Estimate>(ran.Out));
        var request = Assert.IsType<GetEstimateRequest>(Assert.Single(_silo.Requests));
        Assert.Equal(("kary", 3, 17L), (request.Rep, request.After.Shard, request.After.Number));
    }

    [Fact]
    public async Task Call_AMethodWithACommand_PrintsWhatTheCommandPrintsAsJson()
    {
        var called = await Run("call", "Earnings/GetEstimate");
        var asked = await Run("estimate", "kary", "--json");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(called.Out), JsonNode.Parse(asked.Out)), called.Out + asked.Out);
        Assert.Contains("\"planEffective\": \"\"", called.Out, StringComparison.Ordinal);
        Assert.Contains("\"é<\"", called.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-", """{ "rep": "kary" }""")]
    [InlineData("@", "{\n\"rep\": \"kary\"\n}")]
    public async Task Call_RequestFromElsewhere_IsReadFromThere(string given, string text)
    {
        var argument = given == "@" ? "@" + _shell.Write("request.json", text) : given;

        var ran = await Shell.PipeAsync(_silo.Address, text, "call", "Earnings/GetEstimate", argument);

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal("kary", Assert.IsType<GetEstimateRequest>(Assert.Single(_silo.Requests)).Rep);
    }

    [Fact]
    public async Task Call_AStreamOfAnswers_PrintsALineForEach()
    {
        var ran = await Run("call", "Earnings/WatchEstimate", """{"rep":"kary"}""");

        var updates = ran.Out.TrimEnd().Split('\n').Select(JsonParser.Default.Parse<EstimateUpdate>).ToList();
        Assert.Equal([1L, 0, 4, 5], updates.Select(update => update.Sequence));
        Assert.Equal(_silo.Estimate, updates[0].Estimate);
    }

    [Fact]
    public async Task Call_StreamsBothWays_SendsALineEachAndPrintsALineEach()
    {
        const string Line = """{"eventId":"e1","deal":{"owners":[{"rep":"kary"}],"status":"WON"}}""";

        var ran = await Shell.PipeAsync(
            _silo.Address, $"{Line}\n\n{Line.Replace("e1", "e2", StringComparison.Ordinal)}\n",
            "call", "Deals/RecordStream");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var acks = ran.Out.TrimEnd().Split('\n').Select(JsonParser.Default.Parse<RecordAck>).ToList();
        Assert.Equal(["e1", "e2"], acks.Select(ack => ack.EventId));
        Assert.Equal([1L, 2], acks.Select(ack => ack.Recorded.Position.Number));
        Assert.All(_silo.Requests.Cast<RecordRequest>(), sent => Assert.Equal(DealStatus.Won, sent.Deal.Status));
    }

    [Theory]
    [InlineData("""{"rp":"kary"}""", "rp: commission.v1.GetEstimateRequest has no such field. Did you mean 'rep'?")]
    [InlineData("""{"after":{"number":"x"}}""", "after.number: \"x\" is no int64.")]
    [InlineData("""{"rep":1}""", "rep: 1 is no string.")]
    [InlineData("""{"rep":"a" """, "This is no JSON (line 1, byte 12)")]
    public async Task Call_WrongRequest_NamesThePlaceAndSendsNothing(string json, string problem)
    {
        var ran = await Run("call", "Earnings/GetEstimate", json);

        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.StartsWith(problem, ran.Error, StringComparison.Ordinal);
        Assert.Contains("`commission call Earnings/GetEstimate --describe`", ran.Error, StringComparison.Ordinal);
        Assert.Empty(_silo.Requests);
    }

    [Fact]
    public async Task Call_Refused_PrintsStatusFieldsReasonAndWhenToTryAgain()
    {
        _silo.Refuses = _ => RpcError.Invalid("Two things are wrong.", ("rep", "is empty"), ("on", "is no day"))
            .WithReason("INVALID_FIELD", "commission", ("table", "reps"))
            .WithRetryAfter(TimeSpan.FromMilliseconds(200));

        var ran = await Run("call", "Earnings/GetEstimate");

        Assert.Equal(
            (4, "Two things are wrong. (INVALID_ARGUMENT)\n  rep: is empty\n  on: is no day\n"
                + "  reason: INVALID_FIELD, table reps\n  may succeed after 0.2 s\n"),
            (ran.Code, ran.Error));
    }

    [Fact]
    public async Task Call_Headers_ComeWithTheCall()
    {
        await Run("call", "Earnings/GetEstimate", "--header", "X-Note: a:b");

        Assert.Equal("a:b", _silo.Notes[^1]);
    }

    [Theory]
    [InlineData(2, "The server has no method 'Earnings/Nothing'; --list lists them.", "Earnings/Nothing")]
    [InlineData(2, "Required argument METHOD is missing; --list lists them.")]
    [InlineData(2, "--header 'plain' must be written as name:value.", "Earnings/GetEstimate", "--header", "plain")]
    [InlineData(2, "--timeout 0: expected seconds", "Earnings/GetEstimate", "--timeout", "0")]
    public async Task Call_WrongUse_SaysWhatIsRight(int code, string error, params string[] args)
    {
        var ran = await Run(["call", .. args]);

        Assert.Equal(code, ran.Code);
        Assert.StartsWith(error, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_NoServer_Exits3() =>
        Assert.Equal(3, (await Shell.OfflineAsync("call", "Earnings/GetEstimate")).Code);

    [Fact]
    public async Task List_OfAServer_NamesItsMethodsWithTheirComments()
    {
        var ran = await Run("call", "--list");

        Assert.Equal(0, ran.Code);
        Assert.Matches(@"commission\.v1\.Deals/RecordStream +both stream +\w+", ran.Out);
        Assert.Matches(@"commission\.v1\.Earnings/WatchEstimate +server stream +\w+", ran.Out);
        Assert.Contains("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_AMethod_ShowsMessagesCommentsAndChoices()
    {
        var ran = await Run("call", "Earnings/GetEstimate", "--describe");

        Assert.Contains("rpc commission.v1.Earnings/GetEstimate(commission.v1.GetEstimateRequest)", ran.Out,
            StringComparison.Ordinal);
        Assert.Contains("  returns (commission.v1.Estimate)", ran.Out, StringComparison.Ordinal);
        Assert.Contains("  // Wait until this event is credited.\n  commission.v1.Position after\n", ran.Out,
            StringComparison.Ordinal);
        Assert.Contains("message commission.v1.ComponentEstimate {", ran.Out, StringComparison.Ordinal);
        Assert.Contains("enum commission.v1.", (await Run("call", "Deals/Record", "--describe")).Out,
            StringComparison.Ordinal);
    }

    /// <summary>Also of methods that are added one day: what the server lists can be described and called.</summary>
    [Fact]
    public async Task Describe_EveryMethod_GivesAnExampleThatIsARequest()
    {
        var listed = await Run("call", "--list");
        var methods = listed.Out.Split('\n').Select(line => line.Trim().Split(' ')[0])
            .Where(name => name.StartsWith("commission.v1.", StringComparison.Ordinal)).ToList();

        Assert.True(methods.Count > 20, listed.Out);
        foreach (var name in methods)
        {
            var described = await Run("call", name, "--describe");
            var example = described.Out.Split("Example request:\n")[1];
            Assert.NotEqual(0, JsonParser.Default.Parse(example, InputOf(name)).CalculateSize());
        }
    }

    private static MessageDescriptor InputOf(string method) => new[]
        {
            DealsReflection.Descriptor, EarningsReflection.Descriptor, PlansReflection.Descriptor,
            RepsReflection.Descriptor, TerritoriesReflection.Descriptor, InspectReflection.Descriptor,
            LeaderboardsReflection.Descriptor, RatesReflection.Descriptor,
        }
        .SelectMany(file => file.Services).SelectMany(service => service.Methods)
        .Single(one => $"{one.Service.FullName}/{one.Name}" == method).InputType;

    private Task<Ran> Run(params string[] args) => Shell.RunAsync(_silo.Address, args);
}
