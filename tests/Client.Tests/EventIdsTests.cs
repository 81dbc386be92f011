using Commission.Client.Import;
using Commission.Contracts.V1;

namespace Commission.Client.Tests;

public sealed class EventIdsTests
{
    [Fact]
    public void Of_SameContent_IsTheSameForever() =>
        Assert.Equal("crm:D1:e96e684ba2cec60022cfc65c", EventIds.Of("crm", Example()));

    [Fact]
    public void Of_FieldsInOtherOrder_IsTheSame()
    {
        var other = Example();
        other.Deal.Fields.Clear();
        other.Deal.Fields.Add("b", "2");
        other.Deal.Fields.Add("a", "1");

        Assert.Equal(EventIds.Of("crm", Example()), EventIds.Of("crm", other));
    }

    [Fact]
    public void Of_AnyChange_IsAnother()
    {
        var ids = Changes().Append(_ => { }).Select(change =>
        {
            var changed = Example();
            change(changed);
            return EventIds.Of("crm", changed);
        }).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Of_LongDealId_FitsTheLimit()
    {
        var request = Example();
        request.Deal.Deal_ = new string('d', 200);

        Assert.InRange(EventIds.Of(new string('s', 60), request).Length, 1, 200);
    }

    private static Action<RecordRequest>[] Changes() =>
    [
        request => request.Version = 2,
        request => request.Deal.Deal_ = "D2",
        request => request.Deal.Credited = "2026-01-03",
        request => request.Deal.Status = DealStatus.Lost,
        request => request.Deal.Amount.Units = 11,
        request => request.Deal.Amount.Nanos = 1,
        request => request.Deal.Amount.Currency = "EUR",
        request => request.Deal.Margin = request.Deal.Amount,
        request => request.Deal.Quantity = "1",
        request => request.Deal.Probability = "1",
        request => request.Deal.Owners[0].Share = "100%",
        request => request.Deal.Owners.Add(new DealOwner { Rep = "lee" }),
        request => request.Deal.Fields["a"] = "12",
        request => request.Deal.Fields["c"] = "",
    ];

    private static RecordRequest Example() => new()
    {
        Version = 1,
        Deal = new Deal
        {
            Deal_ = "D1",
            Credited = "2026-01-02",
            Status = DealStatus.Won,
            Amount = new Money { Currency = "USD", Units = 10 },
            Owners = { new DealOwner { Rep = "kary" } },
            Fields = { ["a"] = "1", ["b"] = "2" },
        },
    };
}
