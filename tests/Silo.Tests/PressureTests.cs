using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;

namespace Commission.Silo.Tests;

/// <summary>Slow readers and long work in the background, over the real protocols.</summary>
public sealed class PressureTests
{
    private const string Rep = "rep-281";

    [Fact]
    public async Task WatchEstimate_ReaderThatNeverReads_SlowsNobodyAndMissesNothingButWhatIsConflated()
    {
        const int events = 600;
        const int watchers = 20;
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            // As small as it may be, and it does not grow: after so many bytes the server must stop sending.
            InitialHttp2StreamWindowSize = 65_535,
        });
        using var stuck = await OpenAsync(http, silo);
        var target = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var live = Enumerable.Range(0, watchers).Select(_ => FollowAsync(silo, target.Task)).ToList();

        // One after the other, so that each is a state of its own that watches could show.
        for (var i = 0; i < events; i++)
        {
            await CreditAsync(silo, i);
        }

        target.SetResult((await silo.Api.EstimateAsync(Rep)).AsOf.Sequence);
        // It wakes every watch, also one that has shown the target's state already.
        var estimate = await CreditAsync(silo, events);
        await Task.WhenAll(live);
        var (read, covered, end) = await ReadAsync(stuck, estimate.AsOf.Sequence);

        Assert.Equal(estimate.AsOf.Sequence, end);
        Assert.Equal(end, covered);
        // Its window took what it could; all that came later is one state, with the gap marked.
        Assert.InRange(read * estimate.CalculateSize(), 65_535, 400_000);
        Assert.InRange(read, 2, events);
    }

    [Fact]
    public async Task Publish_ByJson_SaysHowFarItIs()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var text = (await silo.Json.GetStringAsync("/v1/plans/reseller-12"))
            .Replace("1.2%", "1.3%", StringComparison.Ordinal);
        var request = new PublishPlanRequest
        {
            Text = JsonParser.Default.Parse<PublishedPlan>(text).Text, Wait = true,
        };

        using var body = new StringContent(
            JsonFormatter.Default.Format(request), System.Text.Encoding.UTF8, "application/json");
        using var answer = await silo.Json.PostAsync("/v1/plans:publish", body);
        var published = JsonParser.Default.Parse<PublishedPlan>(await answer.Content.ReadAsStringAsync());
        var rollout = JsonParser.Default.Parse<Rollout>(
            await silo.Json.GetStringAsync("/v1/plans/reseller-12/rollout?version=1"));
        using var none = await silo.Json.GetAsync("/v1/plans/nowhere/rollout");

        Assert.NotNull(published.Rollout.Finished);
        Assert.Equal(published.Rollout, rollout);
        Assert.True(rollout.Done > 0);
        Assert.Equal((rollout.Total, published.Version), (rollout.Done, rollout.Version));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task GetRealignment_AfterAllIsCredited_SaysSo()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        await SampleCompany.ImportAsync(silo, "orders-2020-06.csv");
        var territory = new Territory { Territory_ = "extra", Title = "Extra" };

        await silo.Api.PutAsync(territory);
        Realignment realignment;
        do
        {
            realignment = JsonParser.Default.Parse<Realignment>(
                await silo.Json.GetStringAsync("/v1/territories:realignment"));
        }
        while (realignment.CreditedBy < realignment.RulesVersion);

        Assert.True(realignment.RulesVersion > 0);
        Assert.Equal(
            (SampleCompany.OrdersInJune, SampleCompany.OrdersInJune),
            (realignment.EventsDone, realignment.EventsTotal));
    }

    private static async Task<Estimate> CreditAsync(RunningSilo silo, int i)
    {
        var recorded = await silo.Api.RecordAsync($"s{i}", Event(i).Deal);
        return await silo.Api.EstimateAsync(Rep, after: recorded.Position);
    }

    private static RecordRequest Event(int i) => new()
    {
        EventId = $"s{i}",
        Deal = new Deal
        {
            Deal_ = $"s{i}",
            Credited = "2020-06-03",
            Status = DealStatus.Won,
            Amount = 100m.ToMoney(),
            Owners = { new DealOwner { Rep = Rep } },
            Fields = { ["territory"] = "canada" },
        },
    };

    /// <summary>Reads a watch as fast as it comes, until it shows a state that becomes known meanwhile.</summary>
    private static async Task FollowAsync(RunningSilo silo, Task<long> target)
    {
        await foreach (var update in silo.Api.WatchAsync(Rep))
        {
            if (target.IsCompletedSuccessfully && update.Sequence >= await target)
            {
                return;
            }
        }

        Assert.Fail("The watch ended.");
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient http, RunningSilo silo)
    {
        var message = new WatchEstimateRequest { Rep = Rep }.ToByteArray();
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(silo.GrpcAddress, "/commission.v1.Earnings/WatchEstimate"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc");
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Reads at last: how many states there are, how many changes they cover, and the last one.</summary>
    private static async Task<(int Read, long Covered, long End)> ReadAsync(HttpResponseMessage stuck, long until)
    {
        await using var body = await stuck.Content.ReadAsStreamAsync();
        var (read, covered, end) = (0, 0L, 0L);
        var head = new byte[5];
        while (end < until)
        {
            await body.ReadExactlyAsync(head);
            var bytes = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            await body.ReadExactlyAsync(bytes);
            var update = EstimateUpdate.Parser.ParseFrom(bytes);
            if (update.Estimate is not null)
            {
                // The first shows a state with all the changes before it.
                covered = read == 0 ? update.Sequence : covered + 1 + update.Conflated;
                (read, end) = (read + 1, update.Sequence);
            }
        }

        return (read, covered, end);
    }
}
