using System.Net;
using System.Text;
using System.Text.Json;
using Commission.Contracts.V1;
using Google.Protobuf;

namespace Commission.Silo.Tests.Garbage;

/// <summary>Bytes that are no request get a precise error, and the silo goes on.</summary>
public sealed class WireTests(DocumentedCompany company) : IClassFixture<DocumentedCompany>
{
    private const string Record = "/commission.v1.Deals/Record";
    private const string Unimplemented = "12";
    private const string InvalidArgument = "3";
    private const string ResourceExhausted = "8";
    private const string Internal = "13";

    public static TheoryData<string, string, byte[], string> Bodies() => new()
    {
        { "flags that nothing has", Record, RawGrpc.Frame([1, 2, 3], flags: 7), Internal },
        { "compressed, but it doesn't say by what", Record, RawGrpc.Frame([1, 2, 3], flags: 1), Internal },
        { "a length longer than the body", Record, RawGrpc.Frame([1, 2, 3], length: 50), Internal },
        { "less than a header", Record, [0, 0], Internal },
        { "nothing", Record, [], Internal },
        { "a truncated message", Record, RawGrpc.Frame(Truncated()), InvalidArgument },
        { "a field of another type", Record, RawGrpc.Frame([0x0d, 1, 2, 3, 4, 0x1a, 0xff]), InvalidArgument },
        { "text that is not UTF-8", Record, RawGrpc.Frame([0x0a, 2, 0xc3, 0x28]), InvalidArgument },
        { "5 MiB", Record, RawGrpc.Frame(new byte[5 * 1024 * 1024]), ResourceExhausted },
        { "an unknown method", "/commission.v1.Deals/Forget", RawGrpc.Frame([]), Unimplemented },
        { "an unknown service", "/commission.v1.Lottery/Draw", RawGrpc.Frame([]), Unimplemented },
        { "an empty message", Record, RawGrpc.Frame([]), InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Call_OfGarbage_EndsWithItsStatus(string what, string path, byte[] body, string status)
    {
        using var raw = new RawGrpc(company.Silo);

        var (ended, message) = await raw.PostAsync(path, body);

        Assert.True(status == ended && message.Length > 0, $"{what}: {ended} {message}");
        await company.StillServesAsync();
    }

    [Theory]
    [InlineData("""{ "dael": {} }""", "dael")]
    [InlineData("""{ "deal": 7 }""", "deal")]
    [InlineData("""{ "deal": { "amount": "a lot" } }""", "deal.amount")]
    [InlineData("""{ "deal": { "deal": "x", "amount": { "units": "ten" } } }""", "deal.amount.units")]
    [InlineData("""{ "deal": { "amount": { "units": 1.5 } } }""", "deal.amount.units")]
    [InlineData("""{ "deal": { "status": "STOLEN" } }""", "deal.status")]
    [InlineData("""{ "deal": { "owners": { "rep": "rep-296" } } }""", "deal.owners")]
    [InlineData("""{ "deal": { "owners": [ { "rep": "rep-296" }, { "share": 0.5 } ] } }""", "deal.owners[1].share")]
    [InlineData("""{ "deal": { "fields": { "a": "b", "territory": 7 } } }""", "deal.fields[territory]")]
    [InlineData("""{ "eventId": "x", "version": "99999999999999999999" }""", "version")]
    [InlineData("""{ "deal": { "credited": "2020-02-31" }, "eventId": 5 }""", "event_id")]
    public async Task Record_OfJsonOfWrongTypes_NamesTheField(string body, string field)
    {
        using var error = await RefusedAsync(body);

        Assert.Contains($": {field}: ", error.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        var violation = error.RootElement.GetProperty("details")[0].GetProperty("fieldViolations")[0];
        Assert.Equal(field, violation.GetProperty("field").GetString());
        Assert.NotEqual("", violation.GetProperty("description").GetString());
        await company.StillServesAsync();
    }

    [Theory]
    [InlineData("""{ "deal": """, "LineNumber")]
    [InlineData("""{ "deal": {}, "deal": {} }""", "deal")]
    [InlineData("[]", "commission.v1.RecordRequest")]
    public async Task Record_OfWhatIsNoJsonObject_SaysWhatIsWrong(string body, string named)
    {
        using var error = await RefusedAsync(body);

        var message = error.RootElement.GetProperty("message").GetString();
        Assert.Contains(named, message, StringComparison.OrdinalIgnoreCase);
        await company.StillServesAsync();
    }

    [Theory]
    [InlineData("GET", "/v1/lottery", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/deals:record", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/reps/rep-296/estimate?on=2020-02-31", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/reps/rep-296/estimate?when=now", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/reps/rep-296/estimate?after.shard=99", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/reps/nobody/estimate", HttpStatusCode.NotFound)]
    public async Task Request_ToAWrongAddress_GetsItsStatus(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await company.Silo.Json.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        await company.StillServesAsync();
    }

    [Fact]
    public async Task Record_OfFiveMebibytesOfJson_IsTooLarge()
    {
        using var content = new StringContent(
            $$"""{ "eventId": "{{new string('x', 5 * 1024 * 1024)}}" }""", Encoding.UTF8, "application/json");

        using var answer = await company.Silo.Json.PostAsync("/v1/deals:record", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await company.StillServesAsync();
    }

    private async Task<JsonDocument> RefusedAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await company.Silo.Json.PostAsync("/v1/deals:record", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }

    private static byte[] Truncated()
    {
        var whole = new RecordRequest { EventId = "cut", Deal = new Deal { Deal_ = "cut", Credited = "2020-05-05" } };
        return whole.ToByteArray()[..^4];
    }
}
