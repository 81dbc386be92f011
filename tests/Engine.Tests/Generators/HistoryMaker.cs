using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Generators;

/// <summary>Histories of deals: new, late, amended, moved to another day, cancelled, open, refunded and told
/// twice.</summary>
/// <param name="dice">Decides.</param>
/// <param name="unit">What most amounts are multiples of.</param>
/// <param name="anyDay">Gives a day at or near the time of the assignments.</param>
internal sealed class HistoryMaker(Dice dice, int unit, Func<DateOnly> anyDay)
{
    private static readonly string[] Shares =
        ["100%", "100%", "100%", "100%", "100%", "50%", "50%", "25%", "33.333333%", "66.666667%", "0%", "12.5%"];

    private readonly List<JsonObject> _told = [];

    public JsonArray History(int events)
    {
        for (var i = 0; i < events; i++)
        {
            _told.Add(_told.Count > 0 && dice.Chance(35) ? Changed(dice.Pick(_told)) : Deal());
        }

        return new JsonArray([.. _told]);
    }

    private JsonObject Changed(JsonObject old)
    {
        var next = old.DeepClone().AsObject();
        switch (dice.Between(0, 6))
        {
            case 0:
                break;
            case 1:
                next["status"] = dice.Pick("cancelled", "lost", "open");
                break;
            case 2:
                next["roles"] = dice.Chance(30) ? [] : Roles();
                break;
            case 3:
                (next["credited"], next["status"]) = (Dice.Text(anyDay()), "won");
                break;
            case 4:
                Refund(next);
                break;
            default:
                next = Deal();
                (next["deal"], next["credited"]) = (old["deal"]!.DeepClone(), old["credited"]!.DeepClone());
                break;
        }

        return next;
    }

    // A deal of its own that takes back another, perhaps on the same day.
    private void Refund(JsonObject deal)
    {
        deal["deal"] = Id();
        var amount = (string)deal["amount"]!;
        deal["amount"] = amount.StartsWith('-') ? amount[1..] : amount == "0" ? "0" : "-" + amount;
        if (dice.Chance(50))
        {
            deal["credited"] = Dice.Text(anyDay());
        }
    }

    private JsonObject Deal()
    {
        var sameDay = _told.Count > 0 && dice.Chance(25);
        var deal = new JsonObject
        {
            ["deal"] = Id(),
            ["credited"] = sameDay ? dice.Pick(_told)["credited"]!.DeepClone() : Dice.Text(anyDay()),
            ["amount"] = Amount(),
        };
        if (dice.Chance(12))
        {
            deal["status"] = dice.Pick("open", "open", "lost", "won");
        }

        if (dice.Chance(12))
        {
            deal["currency"] = dice.Pick("GBP", "GBP", "GBP", "CHF", "USD");
        }

        if (dice.Chance(70))
        {
            deal["margin"] = Amount();
        }

        if (dice.Chance(75))
        {
            deal["quantity"] = dice.Pick(
                "0", "1", "2", "0.5", "-3", Dice.Text(unit), Dice.Text(unit * 2), Dice.Text(dice.Between(0, unit)));
        }

        deal["fields"] = Fields();
        deal["roles"] = Roles();
        return deal;
    }

    // Ids whose ordinal order is not the order of their numbers, nor that of a dictionary.
    private string Id() => dice.Pick("d", "D", "d-", "é") + Dice.Text(dice.Between(0, 120));

    private string Amount()
    {
        var sign = dice.Chance(12) ? "-" : "";
        var amount = dice.Between(0, 5) switch
        {
            0 => dice.Between(1, 20) / 2m,
            1 => dice.Between(1, 900_000) / 100m,
            2 => unit / 2m,
            3 => dice.Pick(0m, 1m, unit / 3m, unit - 0.01m, unit + 0.01m),
            _ => unit * dice.Between(1, 6),
        };
        return amount == 0m ? "0" : sign + Dice.Text(Math.Round(amount, 4));
    }

    private JsonObject Fields()
    {
        var fields = new JsonObject();
        if (dice.Chance(90))
        {
            fields["type"] = dice.Pick("new", "expansion", "renewal");
        }

        if (dice.Chance(60))
        {
            fields["points"] = dice.Pick(
                "1", "60", "50%", "many", "-5", Dice.Text(dice.Between(0, 90) / 10m), Dice.Text(dice.Between(0, 4)));
        }

        return fields;
    }

    private JsonObject Roles()
    {
        var roles = new JsonObject();
        foreach (var role in new[] { "owner", "overlay", "rollup", "team" })
        {
            if (dice.Chance(role == "owner" ? 90 : 15))
            {
                roles[role] = dice.Pick(Shares);
            }
        }

        return roles.Count > 0 ? roles : new JsonObject { ["owner"] = "100%" };
    }
}
