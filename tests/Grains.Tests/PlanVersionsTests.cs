using System.Collections.Immutable;
using Commission.Engine;
using Commission.Grains.Plans;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

public sealed class PlanVersionsTests
{
    private static readonly PlanVersions Published = new([PlanFormat.ParsePlan(Docs.Flat).Value!], 1);

    [Fact]
    public void For_SameTermsAgain_IsOneForAllWhoHaveThem()
    {
        var first = Published.For(Terms(100m));

        Assert.Same(first, Published.For(Terms(100m)));
        Assert.NotSame(first, Published.For(Terms(101m)));
        Assert.Equal(100m, QuotaOf(first));
    }

    [Fact]
    public void For_MoreTermsThanAreShared_EachGetsItsOwn()
    {
        for (var quota = 1; quota < 60_000; quota++)
        {
            Assert.Equal(quota, QuotaOf(Published.For(Terms(quota))));
        }
    }

    private static decimal QuotaOf(AssignedPlans plans) =>
        ((Quota.Same)Assert.Single(plans.Assignments).Assignment.Quotas["bookings"]).Amount;

    private static Assignment Terms(decimal quota) => new(
        "flat", new DateOnly(2026, 1, 1), null,
        ImmutableDictionary<string, Quota>.Empty.Add("bookings", new Quota.Same(WindowKind.Quarter, quota)),
        ImmutableDictionary<string, decimal>.Empty, Proration.None);
}
