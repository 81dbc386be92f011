using System.Net;
using System.Net.Http.Headers;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;

namespace Commission.Silo.Tests;

/// <summary>Leaderboards and teams of a silo that asks for tokens: what each may see.</summary>
public sealed class BoardPrivacyTests(GuardedTeam guarded) : IClassFixture<GuardedTeam>
{
    [Theory]
    [InlineData("ann", "rep", "team=top", "1:bob:,2:ann:10")]
    [InlineData("bob", "rep", "team=top", "1:bob:20,2:ann:")]
    [InlineData("top", "manager", "team=top", "1:bob:20,2:ann:10")]
    [InlineData("ann", "rep", "territory=west", "1:bob:,2:ann:10")]
    [InlineData("ann", "rep", "plan=flat", "1:bob:,2:ann:10,3:eve:,3:top:")]
    [InlineData("cfo", "finance", "everyone=true", "1:bob:20,2:ann:10,3:eve:0,3:top:0")]
    public async Task Earned_OfABoard_IsShownOfThoseWhomTheCallerMaySee(
        string subject, string roles, string scope, string expected)
    {
        var board = await guarded.BoardAsync(subject, roles, $"{scope}&measure=EARNED");
        Assert.Equal(expected, string.Join(',', board.Entries.Select(one => $"{one.Rank}:{one.Rep}:{one.Value}")));
        Assert.All(board.Entries, entry => Assert.Equal(entry.Value.Length > 0, entry.Currency.Length > 0));
    }

    [Fact]
    public async Task Attainment_OfABoard_IsShownOfAllAndOnesOwnPlaceBesides()
    {
        var board = await guarded.BoardAsync("ann", "rep", "team=top&measure=ATTAINMENT&page_size=1");
        Assert.Equal(("bob", "0.2"), (board.Entries[0].Rep, board.Entries[0].Value));
        Assert.Equal((2, "ann", "0.1"), (board.Own.Rank, board.Own.Rep, board.Own.Value));
    }

    [Theory]
    [InlineData("ann", "rep", "/v1/leaderboard?everyone=true", HttpStatusCode.Forbidden)]
    [InlineData("ann", "rep", "/v1/leaderboard", HttpStatusCode.BadRequest)]
    [InlineData("eve", "rep", "/v1/leaderboard?team=top", HttpStatusCode.NotFound)]
    [InlineData("eve", "rep manager", "/v1/leaderboard?territory=west", HttpStatusCode.NotFound)]
    [InlineData("top", "rep", "/v1/leaderboard?territory=west", HttpStatusCode.NotFound)]
    [InlineData("top", "manager", "/v1/leaderboard?territory=west", HttpStatusCode.OK)]
    [InlineData("crm", "integration", "/v1/leaderboard?territory=west", HttpStatusCode.Forbidden)]
    [InlineData("top", "rep", "/v1/reps/top/team", HttpStatusCode.Forbidden)]
    [InlineData("top", "manager", "/v1/reps/top/team", HttpStatusCode.OK)]
    [InlineData("eve", "manager", "/v1/reps/top/team", HttpStatusCode.NotFound)]
    [InlineData("ann", "rep", "/v1/territories:tree", HttpStatusCode.BadRequest)]
    [InlineData("ann", "rep", "/v1/territories:tree?territory=west", HttpStatusCode.NotFound)]
    [InlineData("top", "manager", "/v1/territories:tree?territory=west", HttpStatusCode.OK)]
    [InlineData("top", "manager", "/v1/territories/west/members", HttpStatusCode.OK)]
    [InlineData("eve", "manager", "/v1/territories/west/members", HttpStatusCode.NotFound)]
    [InlineData("top", "manager", "/v1/territories", HttpStatusCode.Forbidden)]
    public async Task Question_OfACaller_IsForThoseWhomItConcerns(
        string subject, string roles, string path, HttpStatusCode expected)
    {
        using var answer = await guarded.SendAsync(guarded.Token(subject, roles), HttpMethod.Get, path);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Names_OfAnAnonymousBoard_AreThoseWhomTheCallerMaySee()
    {
        await using var anonymous = new GuardedTeam
        {
            Settings = ["--Commission:Leaderboards:Anonymous", "true"],
        };
        await anonymous.InitializeAsync();

        var board = await anonymous.BoardAsync("ann", "rep", "team=top&measure=ATTAINMENT");

        Assert.Equal([(1, "", "0.2"), (2, "ann", "0.1")], board.Entries.Select(one => (one.Rank, one.Rep, one.Value)));
        Assert.Equal("", board.Entries[0].Name);
    }
}

/// <summary>A silo with a provider of tokens beside it: ann and bob report to top, and eve to nobody.</summary>
public sealed class GuardedTeam : IAsyncLifetime
{
    private const string Plan = """
        plan: flat
        currency: USD
        effective: 2020-01-01
        pays: monthly
        components:
          - { component: commission, credit: [owner], measure: amount, window: quarter, quota: sales, rate: 10% }
        """;

    private Provider _provider = null!;
    private RunningSilo _silo = null!;

    /// <summary>Of the silo, besides those of its tokens.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public async ValueTask InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _silo = await RunningSilo.StartAsync([.. _provider.Settings(), .. Settings]);
        await FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _provider.DisposeAsync();
    }

    public string Token(string subject, string roles) => _provider.Token(subject, roles);

    private async Task FillAsync()
    {
        var admin = _provider.Token("root", "admin integration");
        var plan = new PublishPlanRequest { Text = Plan, Wait = true };
        await PutAsync(admin, HttpMethod.Post, "/v1/plans:publish", plan);
        foreach (var (rep, manager) in new[] { ("top", ""), ("ann", "top"), ("bob", "top"), ("eve", "") })
        {
            var assignment = new Assignment { Plan = "flat", From = "2020-01-01" };
            assignment.Quotas.Add("sales", new Quota { Window = "quarter", Amount = "1000" });
            var body = new Rep { Rep_ = rep, Name = rep, Manager = manager, Assignments = { assignment } };
            await PutAsync(admin, HttpMethod.Put, $"/v1/reps/{rep}", body);
        }

        var west = new Territory { Territory_ = "west" };
        west.Members.AddRange(new[] { "ann", "bob" }.Select(rep => new TerritoryMember { Rep = rep }));
        await PutAsync(admin, HttpMethod.Put, "/v1/territories/west", west);
        await RecordAsync(admin, "ann", 100m);
        await RecordAsync(admin, "bob", 200m);
    }

    private async Task PutAsync(string token, HttpMethod method, string path, IMessage body)
    {
        using var answer = await SendAsync(token, method, path, body);
        Assert.True(answer.IsSuccessStatusCode, path);
    }

    private async Task RecordAsync(string token, string rep, decimal amount)
    {
        var deal = new Deal
        {
            Deal_ = rep, Credited = SampleCompany.Today, Status = DealStatus.Won, Amount = amount.ToMoney(),
            Owners = { new DealOwner { Rep = rep, Share = "1" } },
        };
        using var answer = await SendAsync(
            token, HttpMethod.Post, "/v1/deals:record", new RecordRequest { EventId = rep, Deal = deal });
        var recorded = JsonParser.Default.Parse<Recorded>(await answer.Content.ReadAsStringAsync());
        var after = $"after.shard={recorded.Position.Shard}&after.number={recorded.Position.Number}";
        using var credited = await SendAsync(token, HttpMethod.Get, $"/v1/reps/{rep}/estimate?{after}");
        Assert.True(credited.IsSuccessStatusCode);
    }

    public async Task<Leaderboard> BoardAsync(string subject, string roles, string query)
    {
        using var answer = await SendAsync(
            _provider.Token(subject, roles), HttpMethod.Get, $"/v1/leaderboard?{query}");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonParser.Default.Parse<Leaderboard>(text);
    }

    public async Task<HttpResponseMessage> SendAsync(
        string token, HttpMethod method, string path, IMessage? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null
            ? null
            : new StringContent(JsonFormatter.Default.Format(body), null, "application/json");
        return await _silo.Json.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
