using System.IO.Compression;
using System.Net;
using System.Text;
using Commission.Contracts.V1;
using Commission.Hostile.Tests.Families;
using Commission.Hostile.Tests.Hosts;
using Commission.Hostile.Tests.Raw;
using Google.Protobuf;

namespace Commission.Hostile.Tests.Bounds;

/// <summary>Small requests that would become large, and large ones that would become larger.</summary>
public sealed class BombTests(TightServer tight, ITestOutputHelper output) : IClassFixture<TightServer>
{
    private const int MiB = 1024 * 1024;
    private const int MostOfAMessage = 4 * MiB;

    private static readonly Lazy<byte[]> Zeros = new(GibibyteOfZeros);

    private readonly HostileServer _server = tight.Server;

    public static TheoryData<string> Json() =>
    [
        "arrays", "objects", "number", "exponent", "text", "escapes", "fields", "empty owners", "strings", "closed not",
    ];

    [Theory]
    [InlineData(Calls.Record, false)]
    [InlineData(Calls.RecordStream, false)]
    [InlineData(Calls.Record, true)]
    public async Task GibibyteOfZeros_Compressed_IsInflatedToTheLimitOnly(string path, bool isWeb)
    {
        using var http = Calls.Client();
        var bomb = Frames.Of(Zeros.Value, 1);
        await SendAsync(http, path, isWeb, [0, 0, 0, 0, 0]);
        var before = await _server.MeasureAsync();

        var status = await SendAsync(http, path, isWeb, bomb);

        var allocated = (await _server.MeasureAsync()).AllocatedBytes - before.AllocatedBytes;
        output.WriteLine($"A bomb of {bomb.Length:N0} bytes cost {allocated:N0} bytes.");
        Assert.Equal(Calls.ResourceExhausted, status);
        Assert.InRange(allocated, 0, 32 * MiB);
    }

    [Theory]
    [MemberData(nameof(Json))]
    public async Task Json_ThatIsABomb_IsRefusedWithinBounds(string what)
    {
        using var http = Calls.Client();
        using var content = new StringContent(Bomb(what), Encoding.UTF8, "application/json");
        var before = await _server.MeasureAsync();

        using var answer = await http.PostAsync(new Uri(_server.Json, "/v1/deals:record"), content);
        var body = await answer.Content.ReadAsStringAsync();

        var allocated = (await _server.MeasureAsync()).AllocatedBytes - before.AllocatedBytes;
        output.WriteLine(
            $"{what}: {content.Headers.ContentLength:N0} bytes cost {allocated:N0}; answer {body.Length:N0}.");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.InRange(body.Length, 1, 64 * 1024);
        Assert.InRange(allocated, 0, 1024L * MiB);
    }

    [Fact]
    public async Task Message_OfEmptyOwners_IsRefusedWithinBounds()
    {
        using var http = Calls.Client();
        // Field 3 is the deal, and 7 in it an owner: two bytes each.
        byte[] owner = [0x3a, 0];
        var owners = Enumerable.Repeat(owner, (MostOfAMessage / 2) - 100).SelectMany(bytes => bytes).ToArray();
        var head = new RecordRequest { EventId = "many" }.ToByteArray();
        byte[] message = [.. head, 0x1a, .. Varint(owners.Length), .. owners];
        var before = await _server.MeasureAsync();

        using var request = Calls.Request(_server.Grpc, Calls.Record, new ByteArrayContent(Frames.Of(message)));
        var (status, bytes) = await Calls.SendAsync(http, request);

        var allocated = (await _server.MeasureAsync()).AllocatedBytes - before.AllocatedBytes;
        output.WriteLine($"{owners.Length / 2:N0} empty owners cost {allocated:N0} bytes; answer {bytes:N0}.");
        Assert.Equal("3", status);
        Assert.InRange(allocated, 0, 1024L * MiB);
    }

    [Fact]
    public async Task LargeRequests_WithoutEnd_AreBoundedTogether()
    {
        using var http = Calls.Client();
        var most = TightServer.RequestMegabytes * MiB / MostOfAMessage;
        var beginning = Frames.Of(new byte[MostOfAMessage - 1024], 0, MostOfAMessage);
        var contents = Enumerable.Range(0, most + 1).Select(_ => new EndlessContent(beginning)).ToList();
        var answers = contents.Select(content => StatusAsync(http, content)).ToList();

        var refused = await await Task.WhenAny(answers);

        Assert.Equal(Calls.ResourceExhausted, refused);
        contents.ForEach(content => content.End());
        await Task.WhenAll(answers);
        using var content = new ByteArrayContent(Frames.Of(new byte[MostOfAMessage]));
        using var next = Calls.Request(_server.Grpc, Calls.Record, content);
        Assert.Equal("3", (await Calls.SendAsync(http, next)).Status);
    }

    private async Task<string?> StatusAsync(HttpClient http, EndlessContent content)
    {
        using var request = Calls.Request(_server.Grpc, Calls.Record, content);
        return (await Calls.SendAsync(http, request)).Status;
    }

    private async Task<string?> SendAsync(HttpClient http, string path, bool isWeb, byte[] body)
    {
        using var request = Calls.Request(
            isWeb ? _server.Json : _server.Grpc, path, new ByteArrayContent(body), isWeb, isGzip: true);
        return (await Calls.SendAsync(http, request)).Status;
    }

    /// <summary>As small as it gets: a mebibyte, so that it is not refused for its own size.</summary>
    private static byte[] GibibyteOfZeros()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            var zeros = new byte[16 * MiB];
            for (var i = 0; i < 64; i++)
            {
                gzip.Write(zeros);
            }
        }

        return packed.ToArray();
    }

    private static string Bomb(string what) => what switch
    {
        "arrays" => new string('[', MostOfAMessage / 2) + new string(']', MostOfAMessage / 2),
        "objects" => string.Concat(Enumerable.Repeat("{\"deal\":", MostOfAMessage / 16)),
        "number" => $"{{\"version\":{new string('9', MostOfAMessage - 100)}}}",
        "exponent" => "{\"version\":1e999999999}",
        "text" => $"{{\"eventId\":\"{new string('x', MostOfAMessage - 100)}\"}}",
        "escapes" => $"{{\"eventId\":\"{string.Concat(Enumerable.Repeat("\\u0041", (MostOfAMessage / 6) - 100))}\"}}",
        "fields" => $"{{{Many(300_000, i => $"\"k{i}\":1")}}}",
        "empty owners" => $"{{\"deal\":{{\"owners\":[{Many(1_300_000, _ => "{}")}]}}}}",
        "strings" => $"{{\"deal\":{{\"fields\":{{{Many(300_000, i => $"\"{i}\":\"\"")}}}}}}}",
        _ => $"{{\"eventId\":\"{new string('x', 1000)}",
    };

    private static string Many(int count, Func<int, string> make) =>
        string.Join(',', Enumerable.Range(0, count).Select(make));

    private static IEnumerable<byte> Varint(int number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            yield return (byte)((number & 0x7f) | 0x80);
        }

        yield return (byte)number;
    }
}
