using Commission.Gateway.Tests.Proto;
using Google.Protobuf;

namespace Commission.Gateway.Tests;

/// <summary>Seeded garbage: every answer has a status, no error is logged, the server lives on.</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int Seed = 20261121;

    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Grpc_Garbage_IsAnsweredWithAStatus()
    {
        var random = new Random(Seed);
        string[] paths = ["/testing.Echo/Say", "/testing.Echo/Sum", "/testing.Echo/Chat", "/testing.Echo/Count"];
        for (var i = 0; i < 3000; i++)
        {
            var body = Mutate(random, Seeds(random));
            (string, string)[] headers = random.Next(2) == 0 ? [] : [("grpc-encoding", "gzip")];
            var answer = await _host.PostRawAsync(paths[random.Next(3)], body, headers: headers);
            Assert.True(answer.Status is "0" or "3" or "8" or "13", $"input {i}: {answer.Status} {answer.Message}");
        }

        Assert.Equal("alive", (await _host.SayAsync(new EchoMessage { Text = "alive" })).Text);
    }

    [Fact]
    public async Task Json_Garbage_IsAnsweredWithAStatus()
    {
        var random = new Random(Seed);
        var seed = """
            {"text":"é\u0041","number":"9","inner":{"name":"n","units":5,"inner":{}},"words":["a"],"counts":[1,2],
            "color":"COLOR_BLUE","flag":true,"data":"AQI=","ratio":"NaN","at":"2026-11-21T10:00:00Z","span":"1.5s",
            "labels":{"k":7}}
            """u8.ToArray();
        string[] paths = ["/v1/echo", "/v1/echo:validate", "/v1/echo/x:close", "/v1/echo/x%"];
        for (var i = 0; i < 3000; i++)
        {
            using var content = new ByteArrayContent(Mutate(random, seed));
            var target = new Uri(_host.JsonAddress, paths[random.Next(paths.Length)]);
            using var response = await _host.Raw.PostAsync(target, content);
            Assert.True((int)response.StatusCode is 200 or 400 or 404 or 405, $"input {i}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Paths_Garbage_AreAnsweredWithAStatus()
    {
        var random = new Random(Seed);
        const string Alphabet = "ab/:%2Ff{}*.=&?~é words=number=inner.name=at=";
        for (var i = 0; i < 2000; i++)
        {
            var tail = new string(random.GetItems<char>(Alphabet, random.Next(20)));
            using var request = new HttpRequestMessage(
                HttpMethod.Get, _host.JsonAddress + "v1/" + (random.Next(2) == 0 ? "echo/t?" : string.Empty) + tail);
            using var response = await _host.Raw.SendAsync(request);
            Assert.True((int)response.StatusCode is 200 or 400 or 404 or 405, $"'{tail}': {response.StatusCode}");
        }
    }

    private static byte[] Seeds(Random random)
    {
        var message = new EchoMessage
        {
            Text = new string('x', random.Next(300)),
            Inner = new Inner { Name = "n", Inner_ = new Inner { Units = random.Next() } },
            Words = { "a", "b" },
            Counts = { 1, -2, 3 },
            Labels = { ["k"] = 1 },
            At = new() { Seconds = random.Next() },
        };
        var bytes = message.ToByteArray();
        return random.Next(3) == 0
            ? RawGrpc.Frame(RawGrpc.Gzip(bytes), flags: 1)
            : [.. RawGrpc.Frame(bytes), .. random.Next(3) == 0 ? RawGrpc.Frame(bytes) : []];
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        var bytes = seed.ToList();
        for (var n = random.Next(4); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(10))));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
