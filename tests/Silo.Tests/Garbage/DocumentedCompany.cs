using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests.Garbage;

/// <summary>A silo with the sample's plans, payees and territories, to which garbage is sent.</summary>
public sealed class DocumentedCompany : IAsyncLifetime
{
    private int _good;

    public RunningSilo Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(Silo.Api);
    }

    /// <summary>A deal that is right, with a name of its own.</summary>
    public RecordRequest Good()
    {
        var id = $"good-{Interlocked.Increment(ref _good)}";
        return new RecordRequest
        {
            EventId = id,
            Deal = new Deal
            {
                Deal_ = id,
                Credited = "2020-05-05",
                Status = DealStatus.Won,
                Amount = 100m.ToMoney(),
                Owners = { new DealOwner { Rep = "rep-296", Share = "100%" } },
            },
        };
    }

    /// <summary>Shows that the silo goes on: a good deal is recorded and credited.</summary>
    public async Task StillServesAsync()
    {
        var good = Good();
        var before = await Silo.Api.PreviewAsync("rep-296", good.Deal);
        var recorded = await Silo.Api.RecordAsync(good.EventId, good.Deal);
        await Silo.Api.EstimateAsync("rep-296", after: recorded.Position);
        var after = await Silo.Api.PreviewAsync("rep-296", good.Deal);
        Assert.NotEqual(0m, before.Change.ToDecimal());
        Assert.Equal(0m, after.Change.ToDecimal());
    }

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}
