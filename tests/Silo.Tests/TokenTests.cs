using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Rpc;
using Microsoft.IdentityModel.Tokens;

namespace Commission.Silo.Tests;

/// <summary>A silo that asks for tokens, with a provider beside it.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private Provider _provider = null!;
    private RunningSilo _silo = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _silo = await RunningSilo.StartAsync(_provider.Settings());
        var admin = _provider.Token("root", "admin");
        foreach (var (rep, manager) in new[] { ("top", ""), ("ann", "top"), ("bob", "") })
        {
            using var body = new StringContent($$"""{ "name": "{{rep}}", "manager": "{{manager}}" }""");
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await SendAsync(admin, HttpMethod.Put, $"/v1/reps/{rep}", body);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData("ann", "rep", "ann", HttpStatusCode.OK)]
    [InlineData("ann", "rep", "bob", HttpStatusCode.NotFound)]
    [InlineData("ann", "REP other", "ann", HttpStatusCode.OK)]
    [InlineData("top", "rep manager", "ann", HttpStatusCode.OK)]
    [InlineData("top", "manager", "bob", HttpStatusCode.NotFound)]
    [InlineData("top", "rep", "ann", HttpStatusCode.NotFound)]
    [InlineData("boss", "finance", "bob", HttpStatusCode.OK)]
    [InlineData("crm", "integration", "bob", HttpStatusCode.Forbidden)]
    [InlineData("ann", "3", "ann", HttpStatusCode.Forbidden)]
    [InlineData("ann", "", "ann", HttpStatusCode.Forbidden)]
    [InlineData("ann", null, "ann", HttpStatusCode.Forbidden)]
    [InlineData(null, "admin", "ann", HttpStatusCode.Unauthorized)]
    public async Task GetRep_SubjectAndRoles_Decide(
        string? subject, string? roles, string rep, HttpStatusCode expected) =>
        Assert.Equal(expected, await StatusAsync(_provider.Token(subject, roles), $"/v1/reps/{rep}"));

    [Fact]
    public async Task GetRep_OtherTenantsAdmin_FindsNobody() => Assert.Equal(
        HttpStatusCode.NotFound, await StatusAsync(_provider.Token("root", "admin", "globex"), "/v1/reps/ann"));

    [Fact]
    public async Task GetRep_TokenThatIsNotGood_IsUnauthorized()
    {
        using var foreign = RSA.Create(2048);
        var secret = new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32));
        string?[] tokens =
        [
            null,
            "rubbish",
            _provider.Token("ann", "rep", tenant: null),
            _provider.Token("ann", "rep", tenant: "main/ann"),
            _provider.Token("ann", "rep", audience: "another"),
            _provider.Token("ann", "rep", issuer: "http://127.0.0.1:1"),
            _provider.Token("ann", "rep", age: TimeSpan.FromHours(1)),
            _provider.Token("ann", "rep", key: new RsaSecurityKey(foreign) { KeyId = "key0" }),
            _provider.Token("ann", "rep", key: secret),
        ];
        foreach (var token in tokens)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token, "/v1/reps/ann"));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_provider.Token("ann", "rep"), "/v1/reps/ann"));
    }

    [Fact]
    public async Task GetRep_ByGrpc_IsRefusedAlike()
    {
        var method = RepsReflection.Descriptor.Services[0].FindMethodByName("Get");
        var anonymous = await Assert.ThrowsAsync<RpcFailure>(() => _silo.Channel.UnaryAsync<GetRepRequest, Rep>(
            method, new GetRepRequest { Rep = "ann" }, Api.Patient));
        Assert.Equal(Code.Unauthenticated, anonymous.Status);
    }

    [Fact]
    public async Task GetRep_ProviderTakesANewKey_ItsTokensAreTakenAndTheOldOnesStill()
    {
        var old = _provider.Token("ann", "rep");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(old, "/v1/reps/ann"));
        _provider.Rotate();
        var renewed = _provider.Token("ann", "rep");
        // The first token of an unknown key has the keys asked for again, beside the calls.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await StatusAsync(renewed, "/v1/reps/ann") != HttpStatusCode.OK)
        {
            Assert.False(patience.IsCancellationRequested, "The new key was not taken.");
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(old, "/v1/reps/ann"));
    }

    [Fact]
    public async Task Calls_OfOneCaller_AreLimitedAndOthersAreNot()
    {
        await using var silo = await RunningSilo.StartAsync(
            [.. _provider.Settings(), "--Commission:Limits:CallsPerSecond", "5"]);
        var greedy = _provider.Token("greedy", "finance");
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => AskAsync(silo, greedy)));
        var refused = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Contains("RATE_LIMITED", refused.Body, StringComparison.Ordinal);
        Assert.Contains("RetryInfo", refused.Body, StringComparison.Ordinal);
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(silo, _provider.Token("modest", "finance"))).Status);
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(RunningSilo silo, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/reps");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await silo.Json.SendAsync(request, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private async Task<HttpStatusCode> StatusAsync(string? token, string path)
    {
        using var answer = await SendAsync(token, HttpMethod.Get, path);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(
        string? token, HttpMethod method, string path, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await _silo.Json.SendAsync(request, Ct);
    }
}
