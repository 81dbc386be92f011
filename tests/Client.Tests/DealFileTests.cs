using Commission.Client.Import;
using Commission.Client.Text;
using Commission.Contracts.V1;

namespace Commission.Client.Tests;

public sealed class DealFileTests : IDisposable
{
    private const string Grouped = """
        source: shop
        group: order
        deal: order
        credited: { column: date, format: yyyy-MM-dd }
        status: { constant: won }
        currency: { constant: USD }
        amount: sum(amount)
        margin: sum(amount) - sum(cost)
        quantity: sum(quantity)
        owners: [ { rep: rep } ]
        fields:
          shop: shop
          first: first(kind)
          lines: count(kind)
          "{kind}_amount": sum(amount) by kind
        """;

    private const string Header = "order,date,rep,shop,kind,quantity,cost,amount\n";

    private const string Flat = """
        source: crm
        delimiter: ";"
        numbers: { decimal: ",", thousands: "." }
        deal: id
        version: version
        credited: { column: date, format: d.M.yyyy }
        status: { column: stage, values: { Gewonnen: won, Verloren: lost }, otherwise: open }
        currency: currency
        amount: "[Wert netto]"
        probability: chance
        owners: [ { split: owners } ]
        """;

    private const string FlatHeader = "id;version;date;stage;currency;Wert netto;chance;owners\n";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Read_Groups_AddsUpLines()
    {
        var rows = _scratch.Read(Header
            + "A,2026-01-02,kary,North,bikes,1,10.10,20.20\n"
            + "A,2026-01-02,kary,North,hats,2,1.00,5.05\n"
            + "A,2026-01-02,kary,North,bikes,1,10.10,20.20\n"
            + "B,2026-01-03,lee,\"South, \"\"old\"\"\",hats,1,0.50,2\n", Grouped);

        var first = Assert.IsType<ImportRow.Accepted>(rows[0]);
        Assert.Equal((2L, 4L), (first.Line, first.LastLine));
        var deal = first.Request.Deal;
        Assert.Equal(45.45m, Decimals.FromMoney(deal.Amount));
        Assert.Equal(24.25m, Decimals.FromMoney(deal.Margin));
        Assert.Equal("4", deal.Quantity);
        Assert.Equal("2026-01-02", deal.Credited);
        Assert.Equal("40.4", deal.Fields["bikes_amount"]);
        Assert.Equal("5.05", deal.Fields["hats_amount"]);
        Assert.Equal("3", deal.Fields["lines"]);
        Assert.Equal("bikes", deal.Fields["first"]);
        Assert.Equal("South, \"old\"", Assert.IsType<ImportRow.Accepted>(rows[1]).Request.Deal.Fields["shop"]);
    }

    [Fact]
    public void Read_EmptyCost_LeavesMarginOut()
    {
        var rows = _scratch.Read(Header + "A,2026-01-02,kary,North,bikes,1,,20.20\n", Grouped);

        var deal = Assert.IsType<ImportRow.Accepted>(Assert.Single(rows)).Request.Deal;
        Assert.Null(deal.Margin);
        Assert.Equal(20.20m, Decimals.FromMoney(deal.Amount));
    }

    [Fact]
    public void Read_RowsNotAdjacent_RefusesTheWholeDealAndKeepsOthers()
    {
        var rows = _scratch.Read(Header
            + "A,2026-01-02,kary,North,bikes,1,1,20\n"
            + "B,2026-01-02,kary,North,bikes,1,1,30\n"
            + "A,2026-01-02,kary,North,bikes,1,1,40\n", Grouped);

        Assert.Equal("B", Assert.IsType<ImportRow.Accepted>(rows[1]).Deal);
        var refused = new[] { rows[0], rows[2] }.Cast<ImportRow.Refused>().SelectMany(row => row.Refusals).ToList();
        Assert.Equal([2L, 4L], refused.Select(refusal => refusal.Line));
        Assert.All(refused, refusal => Assert.Contains("next to each other", refusal.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A,2026-02-31,kary,North,bikes,1,1,20", "deal.credited", "2026-02-31")]
    [InlineData("A,2026-01-02,kary,North,bikes,1,1,20x", "deal.amount", "'20x' is not a number")]
    [InlineData("A,2026-01-02,kary,North,bikes,1,1,", "deal.amount", "empty")]
    [InlineData("A,2026-01-02,kary,North,bikes,1,0,0.0000000001", "deal.amount", "9 decimals")]
    [InlineData("A,2026-01-02,kary,North,bikes,1,1,1e5", "deal.amount", "'1e5'")]
    [InlineData("A,2026-01-02,kary,North,bikes,two,1,20", "deal.quantity", "'two'")]
    [InlineData("A,2026-01-02,,North,bikes,1,1,20", "deal.owners", "no owner")]
    [InlineData(",2026-01-02,kary,North,bikes,1,1,20", "deal.deal", "1 to 200")]
    [InlineData("A,2026-01-02,kary,North,bikes,1,1", "row", "7 cells")]
    [InlineData("A,2026-01-02,kary,No\"rth,bikes,1,1,20", "row", "quote")]
    public void Read_WrongRow_RefusesItWithLineAndField(string row, string field, string says)
    {
        var rows = _scratch.Read(Header + "X,2026-01-02,kary,N,bikes,1,1,1\nY,2026-01-02,kary,N,bikes,1,1,1\n"
            + row + "\n", Grouped.Replace("group: order\n", "", StringComparison.Ordinal));

        Assert.Equal(2, rows.OfType<ImportRow.Accepted>().Count());
        var refusal = Assert.Single(Assert.IsType<ImportRow.Refused>(rows[2]).Refusals);
        Assert.Equal((4L, field), (refusal.Line, refusal.Field));
        Assert.Contains(says, refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LinesDiffer_RefusesWithTheLineThatDiffers()
    {
        var rows = _scratch.Read(Header
            + "A,2026-01-02,kary,North,bikes,1,1,20\nA,2026-01-02,lee,North,bikes,1,1,20\n", Grouped);

        var refusal = Assert.Single(Assert.IsType<ImportRow.Refused>(Assert.Single(rows)).Refusals);
        Assert.Equal((3L, "A", "deal.owners"), (refusal.Line, refusal.Deal, refusal.Field));
    }

    [Fact]
    public void Read_BrokenLineInsideADeal_RefusesThatDealWhole()
    {
        var rows = _scratch.Read(Header
            + "A,2026-01-02,kary,North,bikes,1,1,20\nA,2026-01-02,kary\n"
            + "B,2026-01-02,kary,North,bikes,1,1,20\n", Grouped);

        var refusal = Assert.Single(Assert.IsType<ImportRow.Refused>(rows[0]).Refusals);
        Assert.Equal((3L, "A"), (refusal.Line, refusal.Deal));
        Assert.Equal("B", Assert.IsType<ImportRow.Accepted>(rows[1]).Deal);
    }

    [Fact]
    public void Read_MissingColumn_SaysWhichIsNear()
    {
        var rows = _scratch.Read(Header.Replace("amount", "amounts", StringComparison.Ordinal), Grouped);

        var refusal = Assert.Single(Assert.IsType<ImportRow.Refused>(Assert.Single(rows)).Refusals);
        Assert.Contains("no column 'amount'", refusal.Reason, StringComparison.Ordinal);
        Assert.Contains("'amounts'?", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooManyRows_RefusesTheDeal()
    {
        var line = "A,2026-01-02,kary,North,bikes,1,1,20\n";
        var rows = _scratch.Read(Header + line + line + line + line, Grouped + "\nmax-rows: 3\n");

        var refused = Assert.IsType<ImportRow.Refused>(Assert.Single(rows));
        Assert.Equal((2L, 5L), (refused.Line, refused.LastLine));
        Assert.Contains("max-rows", refused.Refusals[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LineBreakInCell_CountsLines()
    {
        var rows = _scratch.Read(Header
            + "A,2026-01-02,kary,\"North\nWest\",bikes,1,1,20\n\nB,2026-01-02,kary,North,bikes,1,1,x\n", Grouped);

        Assert.Equal((2L, 3L), (rows[0].Line, rows[0].LastLine));
        Assert.Equal(5, Assert.IsType<ImportRow.Refused>(rows[1]).Refusals[0].Line);
    }

    [Fact]
    public void Read_QuoteNeverClosed_RefusesAndEnds()
    {
        var rows = _scratch.Read(Header
            + "X,2026-01-02,kary,N,bikes,1,1,20\nA,2026-01-02,kary,N,bikes,1,1,20\nB,2026-01-02,kary,\"N,bikes,1,1,20\n"
            + new string('x', 2_000_000) + "\n", Grouped);

        Assert.Equal("X", Assert.IsType<ImportRow.Accepted>(rows[0]).Deal);
        var refusal = Assert.Single(Assert.IsType<ImportRow.Refused>(rows[1]).Refusals);
        Assert.Equal((4L, "A"), (refusal.Line, refusal.Deal));
        Assert.Contains("not closed", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(2, rows.Count);
    }

    [Fact]
    public void Read_OtherConventions_MeanTheSame()
    {
        var rows = _scratch.Read(FlatHeader
            + "D1;7;3.2.2026;Gewonnen;EUR;1.234,50;;kary:60%|lee:40%\n"
            + "D2;8;13.2.2026;Angebot;EUR;-5,5;25%;kary\n", Flat.Replace(
                "split: owners", "split: owners, separator: \"|\"", StringComparison.Ordinal));

        var first = Assert.IsType<ImportRow.Accepted>(rows[0]).Request;
        Assert.Equal((7L, "2026-02-03", DealStatus.Won), (first.Version, first.Deal.Credited, first.Deal.Status));
        Assert.Equal(1234.50m, Decimals.FromMoney(first.Deal.Amount));
        Assert.Equal(["kary 60%", "lee 40%"], first.Deal.Owners.Select(owner => $"{owner.Rep} {owner.Share}"));
        var second = Assert.IsType<ImportRow.Accepted>(rows[1]).Request.Deal;
        Assert.Equal((DealStatus.Open, "25%", -5, -500_000_000),
            (second.Status, second.Probability, (int)second.Amount.Units, second.Amount.Nanos));
    }

    [Fact]
    public void Read_SeveralThingsWrong_SaysAll()
    {
        var rows = _scratch.Read(FlatHeader + "D1;v7;2026-02-03;Gewonnen;euro;1.2.3x;150%;kary:half\n", Flat);

        var fields = Assert.IsType<ImportRow.Refused>(Assert.Single(rows)).Refusals.Select(refusal => refusal.Field);
        Assert.Equal(
            [
                "version", "deal.credited", "deal.amount.currency", "deal.amount", "deal.probability",
                "deal.owners[0].share",
            ],
            fields);
    }
}
