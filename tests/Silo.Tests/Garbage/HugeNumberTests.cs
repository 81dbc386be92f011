using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Rpc;

namespace Commission.Silo.Tests.Garbage;

/// <summary>
/// Numbers so large that sums of them overflow: each must be refused or count as no number. One that was acknowledged
/// and could then not be added up would stop its payee for good.
/// </summary>
public sealed class HugeNumberTests
{
    private static readonly Dictionary<string, Action<Deal>> Huge = new(StringComparer.Ordinal)
    {
        ["amount"] = deal => deal.Amount.Units = long.MaxValue,
        ["negative amount"] = deal => deal.Amount.Units = -long.MaxValue,
        ["margin"] = deal => deal.Margin = new Money { Currency = "USD", Units = long.MaxValue },
        ["quantity"] = deal => deal.Quantity = "79228162514264337593543950335",
        ["field"] = deal => deal.Fields["accessories_amount"] = "79228162514264337593543950335",
        ["negative field"] = deal => deal.Fields["accessories_amount"] = "-79228162514264337593543950335",
        ["many digits"] = deal => deal.Fields["accessories_amount"] = new string('9', 500),
    };

    public static TheoryData<string> Names() => [.. Huge.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Record_OfHugeNumbers_LeavesFiguresThatCanBeRead(string what)
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        Position? last = null;
        for (var i = 0; i < 3; i++)
        {
            last = await RecordOrRefuseAsync(silo.Api, $"{what} {i}", Huge[what]) ?? last;
        }

        last = await RecordOrRefuseAsync(silo.Api, "usual", _ => { });

        var estimate = await silo.Api.EstimateAsync("rep-296", after: last);
        Assert.True(estimate.Component("commission").Credited.ToDecimal() >= 100m || what == "negative amount");
        await silo.Api.EstimateAsync("rep-294", after: last);
        Assert.NotNull((await silo.Api.TerritoryAsync("australia", after: last)).All);
    }

    private static async Task<Position?> RecordOrRefuseAsync(Api api, string id, Action<Deal> change)
    {
        var deal = new Deal
        {
            Deal_ = id,
            Credited = "2020-05-05",
            Status = DealStatus.Won,
            Amount = 100m.ToMoney(),
            Owners = { new DealOwner { Rep = "rep-296" } },
            Fields = { ["territory"] = "australia" },
        };
        change(deal);
        try
        {
            return (await api.RecordAsync(id, deal)).Position;
        }
        catch (RpcFailure refused)
        {
            Assert.Equal((Code.InvalidArgument, "INVALID_FIELD"), (refused.Status, refused.Detail<ErrorInfo>()?.Type));
            return null;
        }
    }
}
