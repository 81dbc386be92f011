#!/usr/bin/env python3
"""Converts published AdventureWorks extracts into the files of this folder: python3 convert.py INPUT [OUTPUT].

INPUT holds these files, as published; README.md names the licence of each:
  SalesPerson.csv               microsoft/sql-server-samples, samples/databases/adventure-works/oltp-install-script
  FactResellerSales.csv, Product.csv, Resellers.csv, DimEmployeeSalesTerritory.csv   Kiet-Analytics/Sales-Analysis
  ResellerSales_202006.csv      MicrosoftLearning/PL-300-Microsoft-Power-BI-Data-Analyst
  FactSalesQuota.psv, DimSalesTerritory.psv                                          dnoeth/AdventureWorksDW_Teradata
"""
import csv
import sys
from decimal import Decimal
from pathlib import Path

COLUMNS = ("order date line reseller rep territory territory_group product category "
           "quantity unit_price cost amount").split()

# EmployeeKey of the warehouse -> (BusinessEntityID of SalesPerson.csv, name in Person.csv beside it, manager's key).
# The keys were joined by national id, which stays out of this folder.
REPS = {
    272: (274, "Stephen Jiang", None), 290: (287, "Amy Alberts", None), 294: (285, "Syed Abbas", None),
    281: (275, "Michael Blythe", 272), 282: (276, "Linda Mitchell", 272), 283: (277, "Jillian Carson", 272),
    284: (278, "Garrett Vargas", 272), 285: (279, "Tsvi Reiter", 272), 286: (280, "Pamela Ansman-Wolfe", 272),
    287: (281, "Shu Ito", 272), 288: (282, "José Saraiva", 272), 289: (283, "David Campbell", 272),
    293: (284, "Tete Mensa-Annan", 272), 291: (289, "Jae Pak", 290), 292: (290, "Ranjit Varkey Chudukatil", 290),
    295: (288, "Rachel Valdez", 290), 296: (286, "Lynn Tsoflias", 294),
}

REPS_HEAD = """\
# The 17 payees of AdventureWorks, written by convert.py. Quotas are those of FactSalesQuota, its 12 quarters laid in
# order over the 12 fiscal quarters of orders.csv (README.md says why). The fiscal year starts in July and is named by
# the calendar year in which it ends: 2018-Q1 is July to September 2017. Who has no quota yet has not started yet.
reps:
"""


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def slug(name):
    return name.lower().replace(" ", "-")


def territories(folder):
    lines = (folder / "DimSalesTerritory.psv").read_text("utf-8-sig").splitlines()
    cells = [line.split("|") for line in lines if line]
    return {key: (slug(name), slug(group)) for _, key, _, name, _, group in cells if name != "NA"}


def order_lines(folder, name):
    """The file's lines in order of order number and line; a file without line numbers is numbered as it stands."""
    count = {}
    for row in rows(folder / name):
        order = row["SalesOrderNumber"]
        count[order] = count.get(order, 0) + 1
        yield int(order[2:]), int(row.get("SalesOrderLineNumber") or count[order]), row


def cost(row):
    """What is recorded; else standard cost x quantity, which is what is recorded on 99.8 % of all other lines."""
    if row["TotalProductCost"] not in ("", "NULL"):
        return row["TotalProductCost"]
    return str(Decimal(row["StandardCost"]) * int(row["OrderQuantity"]))


def write_orders(folder, source, target):
    areas = territories(folder)
    products = {row["ProductKey"]: row for row in rows(folder / "Product.csv")}
    resellers = {row["ResellerKey"]: row["ResellerName"] for row in rows(folder / "Resellers.csv")}
    with open(target, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for _, line, row in sorted(order_lines(folder, source), key=lambda entry: entry[:2]):
            product = products[row["ProductKey"]]
            out.writerow([
                row["SalesOrderNumber"], row["OrderDate"], line, resellers[row["ResellerKey"]],
                "rep-" + row["EmployeeKey"], *areas[row["SalesTerritoryKey"]],
                product["Product"], slug(product["EnglishProductCategoryName"]),
                row["OrderQuantity"], row["UnitPrice"], cost(row), row["SalesAmount"]])


def quotas(folder):
    """EmployeeKey -> {fiscal quarter: quota}. The k-th of the 12 distinct dates is the k-th fiscal quarter."""
    cells = [line.split("|") for line in (folder / "FactSalesQuota.psv").read_text("utf-8-sig").splitlines() if line]
    dates = sorted({cell[6] for cell in cells})
    names = {date: f"{2018 + k // 4}-Q{k % 4 + 1}" for k, date in enumerate(dates)}
    found = {}
    for cell in sorted(cells, key=lambda cell: cell[6]):
        found.setdefault(int(cell[1]), {})[names[cell[6]]] = int(Decimal(cell[5]))
    return found


def first_day(quarter):
    year, number = int(quarter[:4]), int(quarter[-1])
    return (f"{year - 1}-07-01", f"{year - 1}-10-01", f"{year}-01-01", f"{year}-04-01")[number - 1]


def plan_of(percentage):
    """The plan's id: 0.0120 -> reseller-12, 0 -> group-manager."""
    per_mille = int(Decimal(percentage) * 1000)
    return f"reseller-{per_mille}" if per_mille else "group-manager"


def write_reps(folder, target):
    people = [line.split("\t") for line in (folder / "SalesPerson.csv").read_text("utf-8-sig").splitlines() if line]
    plans = {int(cells[0]): plan_of(cells[4]) for cells in people}
    by_rep = quotas(folder)
    with open(target, "w", encoding="utf-8", newline="") as file:
        file.write(REPS_HEAD)
        for key, (person, name, manager) in REPS.items():
            file.write(f"  - rep: rep-{key}\n    name: {name}\n")
            file.write(f"    manager: rep-{manager}\n" if manager else "")
            file.write(f"    assignments:\n      - plan: {plans[person]}\n")
            file.write(f"        from: {first_day(min(by_rep[key]))}\n")
            file.write("        quotas:\n          sales:\n            window: quarter\n            amounts:\n")
            for year in sorted({quarter[:4] for quarter in by_rep[key]}):
                for quarter in (q for q in by_rep[key] if q.startswith(year)):
                    file.write(f"              {quarter}: {by_rep[key][quarter]}\n")


def write_rep_territories(folder, target):
    areas = territories(folder)
    with open(target, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["rep", "territory"])
        for row in rows(folder / "DimEmployeeSalesTerritory.csv"):
            # 277 is the head of all sales: no payee here, and no order is theirs.
            if int(row["EmployeeKey"]) in REPS:
                out.writerow(["rep-" + row["EmployeeKey"], areas[row["SalesTerritoryKey"]][0]])


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder, target = Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) == 3 else Path(__file__).parent)
    write_orders(folder, "FactResellerSales.csv", target / "orders.csv")
    write_orders(folder, "ResellerSales_202006.csv", target / "orders-2020-06.csv")
    write_reps(folder, target / "reps.yaml")
    write_rep_territories(folder, target / "rep-territories.csv")


if __name__ == "__main__":
    main()
