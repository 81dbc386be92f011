using Commission.Contracts.Grains.V1;
using Commission.Engine;

namespace Commission.Grains.Tests;

public sealed class CreditRecordsTests
{
    [Theory]
    [InlineData(CreditSource.Owner, null, "owner")]
    [InlineData(CreditSource.Territory, "northwest", "territory northwest")]
    [InlineData(CreditSource.Manager, "kary", "manager of kary")]
    [InlineData(CreditSource.Exception, null, "exception")]
    public void Role_Kept_SaysWhy(CreditSource source, string? by, string reason)
    {
        var kept = CreditRecords.ToRecord(
            new RoleShare(CreditRole.Team, 0.25m), new CreditReason("r", CreditRole.Team, 0.25m, source, by));

        Assert.Equal(reason, kept.ToReason());
        Assert.Equal(new RoleShare(CreditRole.Team, 0.25m), kept.ToShare());
    }

    [Fact]
    public void Role_OfAnOwnerInFull_TakesNoBytes()
    {
        var reason = new CreditReason("r", CreditRole.Owner, 1.00m, CreditSource.Owner, null);
        var kept = CreditRecords.ToRecord(new RoleShare(CreditRole.Owner, 1.00m), reason);

        Assert.Equal(0, kept.CalculateSize());
        Assert.Equal((1m, "owner"), (kept.ToShare().Share, kept.ToReason()));
        Assert.Equal(1m, CreditRecords.ToRecord(reason).ToShare());
    }

    [Fact]
    public void Role_OfARecordWithWords_SaysThem()
    {
        var old = new RoleCredit { Role = (int)CreditRole.Overlay, Share = "1", Reason = "territory northwest" };

        Assert.Equal("territory northwest", old.ToReason());
        Assert.Equal(new RoleShare(CreditRole.Overlay, 1m), old.ToShare());
    }

    [Fact]
    public void Day_OfARecordWithText_IsTheSameAsOfItsNumber()
    {
        var day = new DateOnly(2026, 2, 3);

        Assert.Equal(day, new TerritoryRecord { Credited = "2026-02-03" }.Day());
        Assert.Equal(day, new TerritoryRecord { CreditedDay = day.DayNumber }.Day());
    }
}
