using System.Net;
using System.Net.Http.Headers;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests;

/// <summary>A silo that asks for no token, or one of a demonstration; and what every answer tells browsers.</summary>
public sealed class DoorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demonstration_TokenOfAPayee_IsThatPayee()
    {
        await using var silo = await RunningSilo.StartAsync("--Commission:Auth:Mode", "demo");
        foreach (var rep in new[] { "ann", "bob" })
        {
            using var body = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
            using var put = await silo.Json.PutAsync($"/v1/reps/{rep}", body, Ct);
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        var ann = (await silo.Json.GetStringAsync("/demo/token/ann", Ct)).Trim();
        var finance = (await silo.Json.GetStringAsync("/demo/token/ann?roles=finance", Ct)).Trim();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo, "/v1/reps/bob", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo, "/v1/reps/ann", ann));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(silo, "/v1/reps/bob", ann));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo, "/v1/reps/bob", finance));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(silo, "/v1/reps/ann", $"{ann}x"));
    }

    [Fact]
    public async Task Demonstration_TokenOfAnotherStart_IsRefused()
    {
        await using var first = await RunningSilo.StartAsync("--Commission:Auth:Mode", "demo");
        await using var second = await RunningSilo.StartAsync("--Commission:Auth:Mode", "demo");
        var token = (await first.Json.GetStringAsync("/demo/token/ann?roles=admin", Ct)).Trim();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first, "/v1/reps", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(second, "/v1/reps", token));
    }

    [Fact]
    public async Task NoDemonstration_DemoTokens_AreNotHandedOut()
    {
        await using var silo = await RunningSilo.StartAsync();
        using var answer = await silo.Json.GetAsync("/demo/token/ann", Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("https://crm.example.com", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.OK)]
    public async Task OpenSilo_PageOfAnotherSite_MayNotCallUnlessNamed(string? origin, HttpStatusCode expected)
    {
        await using var silo = await RunningSilo.StartAsync("--Commission:Listen:Origins", "https://crm.example.com");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/plans:validate");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await silo.Json.SendAsync(request, Ct);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task OpenSilo_NameOfAnotherMachine_IsNotAnswered()
    {
        await using var silo = await RunningSilo.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/reps");
        request.Headers.Host = "rebound.example";
        using var answer = await silo.Json.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v1/reps", "no-store")]
    [InlineData("/v1/reps/nobody", "no-store")]
    [InlineData("/nothing", "no-store")]
    [InlineData("/docs", "no-cache")]
    public async Task Answers_OfEveryKind_TellBrowsersToBeCareful(string path, string cache)
    {
        await using var silo = await RunningSilo.StartAsync();
        using var answer = await silo.Json.GetAsync(path, Ct);
        string Header(string name) => string.Join(',', answer.Headers.GetValues(name));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Equal(cache, Header("Cache-Control"));
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Logs_AtEveryLevel_HoldNoToken()
    {
        await using var provider = await Provider.StartAsync();
        using var log = new EverythingLogged();
        await using var silo = await RunningSilo.StartAsync(
            log,
            [
                .. provider.Settings(), "--Logging:LogLevel:Default", "Trace",
                "--Logging:LogLevel:Microsoft.AspNetCore", "Trace",
            ]);
        string[] tokens =
        [
            provider.Token("ann", "rep"),
            provider.Token("boss", "finance"),
            provider.Token("ann", "rep", audience: "another"),
            provider.Token("ann", "rep", age: TimeSpan.FromHours(1)),
            provider.Token("ann", "rep") + "damaged",
        ];
        foreach (var token in tokens)
        {
            await StatusAsync(silo, "/v1/reps/ann", token);
        }

        Assert.Contains(log.Lines, line => line.Contains("Commission.Audit", StringComparison.Ordinal));
        foreach (var token in tokens)
        {
            // The last part is the signature, without which the others are worth nothing.
            var signature = token[(token.LastIndexOf('.') + 1)..];
            Assert.DoesNotContain(log.Lines, line => line.Contains(signature, StringComparison.Ordinal));
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningSilo silo, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await silo.Json.SendAsync(request, Ct);
        return answer.StatusCode;
    }
}
